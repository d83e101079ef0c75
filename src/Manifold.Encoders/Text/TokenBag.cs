using System.Buffers;
using System.Numerics;

namespace Manifold.Encoders;

/// <summary>
/// Token ids with their counts, in the order of first occurrence and bounded: an open-addressing table of indexes with linear
/// probing, at most half full. Single-threaded; <see cref="Dispose"/> gives its arrays back to the pool.
/// </summary>
internal sealed class TokenBag : IDisposable
{
    private readonly int _capacity;
    private readonly int _mask;
    private readonly int[] _slots;
    private readonly int[] _ids;
    private readonly int[] _counts;
    private int _count;

    public TokenBag(int capacity)
    {
        _capacity = capacity;
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2);
        _mask = slots - 1;
        _slots = ArrayPool<int>.Shared.Rent(slots);
        _ids = ArrayPool<int>.Shared.Rent(capacity);
        _counts = ArrayPool<int>.Shared.Rent(capacity);
        _slots.AsSpan(0, slots).Clear();
    }

    public void Add(int id)
    {
        // Fibonacci hashing: neighbouring bucket numbers land far apart.
        int slot = (int)((uint)id * 2654435769u >> 8) & _mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & _mask)
        {
            int index = _slots[slot] - 1;
            if (_ids[index] == id)
            {
                _counts[index]++;
                return;
            }
        }

        if (_count == _capacity)
            return;
        _ids[_count] = id;
        _counts[_count] = 1;
        _slots[slot] = ++_count;
    }

    public int CopyTo(Span<TokenWeight> destination, TokenWeighting weighting)
    {
        for (int i = 0; i < _count; i++)
            destination[i] = new TokenWeight(_ids[i], Weight(_counts[i], weighting));
        return _count;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_slots);
        ArrayPool<int>.Shared.Return(_ids);
        ArrayPool<int>.Shared.Return(_counts);
    }

    private static float Weight(int count, TokenWeighting weighting) => weighting switch
    {
        TokenWeighting.Binary => 1,
        TokenWeighting.Count => count,
        TokenWeighting.Log => 1 + MathF.Log(count),
        _ => MathF.Sqrt(count),
    };
}
