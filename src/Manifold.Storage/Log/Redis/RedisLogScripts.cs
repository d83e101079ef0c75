using System.Security.Cryptography;
using System.Text;

namespace Manifold.Storage;

/// <summary>
/// The scripts of the Redis log: each is one atomic step. KEYS are the meta hash and the stream. Numbers travel as decimal text and are compared as text;
/// only positions and bytes are calculated with, which are exact below 2^53.
/// </summary>
/// <remarks>
/// Redis does not undo what a script did before it failed. So a script first reads and decides, and then writes only what cannot fail any more: a server that is
/// out of memory or cannot write its AOF refuses the first write of a script or none. Steps that give memory back are allowed when it is out of memory.
/// </remarks>
internal static class RedisLogScripts
{
    /// <summary>The result of a step that was done.</summary>
    public const int Done = 0;

    /// <summary>The log's epoch is another than the caller's; followed by it and by the log's id.</summary>
    public const int OtherEpoch = 1;

    /// <summary>The log's last position is another than the caller's; followed by it.</summary>
    public const int OtherPosition = 2;

    /// <summary>An entry that must be there is missing or damaged; followed by its position.</summary>
    public const int Missing = 3;

    private const string ReadState = """
        local state = redis.call('HMGET', KEYS[1], 'epoch', 'first', 'last', 'sum', 'bytes', 'freed', 'id', 'cut-sum', 'cut-epoch')
        state[10] = redis.call('XLEN', KEYS[2])

        """;

    /// <summary>The state: the fields of the meta hash in the order above, and the number of entries.</summary>
    public const string State = "#!lua flags=no-writes\n" + ReadState + "return state";

    /// <summary>
    /// Raises the epoch and gives the state. ARGV: an id for the log if it has none. A stream of another length than the meta hash says is left as it is; the caller sees it in the state.
    /// </summary>
    public const string TakeLead = "#!lua flags=allow-oom\n" + ReadState + """
        if state[10] ~= (tonumber(state[3] or '0') or -1) - (tonumber(state[2] or '1') or 0) + 1 then return state end
        if not state[7] then
          state[7] = ARGV[1]
          redis.call('HSET', KEYS[1], 'id', ARGV[1])
        end
        state[1] = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
        return state
        """;

    /// <summary>
    /// Appends records. ARGV: epoch, id, last position before them, then for each record position, batch id, running checksum, payload bytes of the log through
    /// it, payload. Gives Done and the payload bytes that truncations gave back.
    /// </summary>
    public const string Append = """
        #!lua
        local state = redis.call('HMGET', KEYS[1], 'epoch', 'id', 'last', 'freed')
        if state[1] ~= ARGV[1] or state[2] ~= ARGV[2] then return {1, state[1] or '0', state[2] or ''} end
        if (state[3] or '0') ~= ARGV[3] then return {2, state[3] or '0'} end
        for i = 4, #ARGV, 5 do
          redis.call('XADD', KEYS[2], ARGV[i] .. '-0', 'e', ARGV[1], 'b', ARGV[i + 1], 's', ARGV[i + 2], 'n', ARGV[i + 3], 'p', ARGV[i + 4])
        end
        redis.call('HSET', KEYS[1], 'last', ARGV[#ARGV - 4], 'sum', ARGV[#ARGV - 2], 'bytes', ARGV[#ARGV - 1])
        return {0, state[4] or '0'}
        """;

    /// <summary>
    /// Truncates from the front. ARGV: epoch, id, last position to give back, most records in this step. What the first kept record must follow on is kept in
    /// the meta hash. Gives Done, the payload bytes that truncations gave back, and the first position.
    /// </summary>
    public const string Truncate = """
        #!lua flags=allow-oom
        local state = redis.call('HMGET', KEYS[1], 'epoch', 'id', 'first', 'last', 'freed')
        if state[1] ~= ARGV[1] or state[2] ~= ARGV[2] then return {1, state[1] or '0', state[2] or ''} end
        local first, last, through = tonumber(state[3] or '1'), tonumber(state[4] or '0'), tonumber(ARGV[3])
        if through > last then return {2, state[4] or '0'} end
        if through < first then return {0, state[5] or '0', state[3] or '1'} end
        through = math.min(through, first + tonumber(ARGV[4]) - 1)
        local id = string.format('%.0f-0', through)
        local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
        local fields = {}
        for i = 1, entry and #entry[2] or 0, 2 do fields[entry[2][i]] = entry[2][i + 1] end
        if not (fields['e'] and fields['s'] and fields['n']) then return {3, string.format('%.0f', through)} end
        local kept = string.format('%.0f', through + 1)
        redis.call('HSET', KEYS[1], 'first', kept, 'cut-sum', fields['s'], 'cut-epoch', fields['e'], 'freed', fields['n'])
        redis.call('XTRIM', KEYS[2], 'MINID', '=', kept .. '-0')
        return {0, fields['n'], kept}
        """;

#pragma warning disable CA5350 // Redis names scripts by their SHA-1.
    /// <summary>The name by which a server that has seen <see cref="Append"/> knows it.</summary>
    public static byte[] AppendHash { get; } = SHA1.HashData(Encoding.UTF8.GetBytes(Append));
#pragma warning restore CA5350
}
