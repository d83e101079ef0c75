using System.Diagnostics.Metrics;

namespace Manifold.Storage.Tests;

/// <summary>What the instruments of Manifold record from here on. Instruments belong to the process: a test tells its own by the tags.</summary>
public sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _measured = [];
    private readonly HashSet<Instrument> _instruments = [];

    /// <param name="prefix">The meters' names begin so.</param>
    public Measurements(string prefix = "Manifold.")
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                lock (_measured)
                {
                    _instruments.Add(instrument);
                }
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(Add);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        _listener.Start();
    }

    /// <summary>All so far; observed ones as of <see cref="Observe"/>.</summary>
    public IReadOnlyList<Measured> All
    {
        get
        {
            lock (_measured)
            {
                return [.. _measured];
            }
        }
    }

    /// <summary>All that were there at some time since this began.</summary>
    public IReadOnlyList<Instrument> Instruments
    {
        get
        {
            lock (_measured)
            {
                return [.. _instruments];
            }
        }
    }

    /// <summary>The values of an instrument whose tags have these among them, each as <c>key=value</c>.</summary>
    public IReadOnlyList<double> Of(string name, params IEnumerable<string> tags) =>
        [.. All.Where(m => m.Instrument.Name == name && tags.All(m.Tags.Contains)).Select(m => m.Value)];

    /// <summary>What an observable instrument says now, added up.</summary>
    public double? Observe(string name, params IEnumerable<string> tags)
    {
        var before = All.Count;
        _listener.RecordObservableInstruments();
        var values = All.Skip(before).Where(m => m.Instrument.Name == name && tags.All(m.Tags.Contains)).Select(m => m.Value).ToList();
        return values.Count == 0 ? null : values.Sum();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var said = new HashSet<string>();
        foreach (var (key, tag) in tags)
        {
            said.Add($"{key}={tag}");
        }
        lock (_measured)
        {
            _measured.Add(new Measured(instrument, value, said));
        }
    }

    /// <summary>One value.</summary>
    /// <param name="Instrument">Whose.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Tags">Its tags, each as <c>key=value</c>.</param>
    public sealed record Measured(Instrument Instrument, double Value, IReadOnlySet<string> Tags);
}
