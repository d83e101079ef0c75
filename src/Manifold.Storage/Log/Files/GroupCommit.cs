using System.Diagnostics;

namespace Manifold.Storage;

/// <summary>
/// The one thread that commits the records of all logs of a provider: each round takes everything that waits, writes it log by log, flushes
/// each touched file once, and only then completes the appends.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly object _gate = new();
    private readonly ParallelOptions _flushes;
    private readonly Thread _thread;
    private List<FileLog> _waiting = [];
    private bool _stopping;

    public GroupCommit(int parallelFlushes)
    {
        _flushes = new ParallelOptions { MaxDegreeOfParallelism = parallelFlushes };
        _thread = new Thread(Run) { IsBackground = true, Name = "log group commit" };
        _thread.Start();
    }

    /// <summary>Asks for a commit of a log. A log that is already waiting is not added again by its own bookkeeping.</summary>
    public void Enqueue(FileLog log)
    {
        lock (_gate)
        {
            _waiting.Add(log);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Stops the thread after what waits is committed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        List<FileLog> round = [];
        while (Take(ref round))
        {
            round.RemoveAll(log => !log.TryBeginCommit());
            var started = Stopwatch.GetTimestamp();
            foreach (var log in round)
                log.WriteCommit();
            if (round.Count == 1)
                round[0].FlushCommit();
            else
                Parallel.ForEach(round, _flushes, log => log.FlushCommit());
            Note(round, started);
            foreach (var log in round)
                log.EndCommit();
            round.Clear();
        }
    }

    private static void Note(List<FileLog> round, long started)
    {
        var failed = round.Count(log => log.IsCommitFailed);
        if (failed > 0)
            StorageMetrics.CommitFailures.Add(failed, StorageMetrics.File);
        if (round.Count > failed)
            StorageMetrics.Committed(round.Sum(log => log.IsCommitFailed ? 0 : log.CommitRecords), started, StorageMetrics.File);
    }

    private bool Take(ref List<FileLog> round)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                    return false;
                Monitor.Wait(_gate);
            }
            (round, _waiting) = (_waiting, round);
            return true;
        }
    }
}
