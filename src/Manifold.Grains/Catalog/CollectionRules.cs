using System.Text.RegularExpressions;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>What a collection may look like.</summary>
public static partial class CollectionRules
{
    public const int MaxShards = 1024;
    public const int MaxReplicas = 5;
    public const int MaxSpaces = 16;
    public const int MaxDimension = 4096;

    /// <exception cref="ManifoldException">InvalidArgument, naming the field.</exception>
    public static void Check(string name, SpaceInfo[] spaces, int shardCount, int replicaCount)
    {
        CheckName(name, "name");
        if (spaces.Length is 0 or > MaxSpaces)
        {
            throw ManifoldException.Invalid("spaces", $"a collection has 1 to {MaxSpaces} spaces; {spaces.Length} were given");
        }
        for (var i = 0; i < spaces.Length; i++)
        {
            var field = $"spaces[{i}]";
            CheckSpace(spaces[i], field);
            if (spaces.Take(i).Any(s => s.Name == spaces[i].Name))
            {
                throw ManifoldException.Invalid($"{field}.name", $"there are two spaces named \"{spaces[i].Name}\"");
            }
        }
        CheckCount(shardCount, MaxShards, "shard_count", "shards");
        CheckCount(replicaCount, MaxReplicas, "replica_count", "replicas of each shard");
    }

    /// <exception cref="ManifoldException">InvalidArgument, naming the field.</exception>
    public static void CheckSpace(SpaceInfo space, string field)
    {
        CheckName(space.Name, $"{field}.name");
        if (space.Dimension is < 1 or > MaxDimension)
        {
            throw ManifoldException.Invalid($"{field}.dimension", $"the dimension must be 1 to {MaxDimension}; {space.Dimension} was given");
        }
        if (!Enum.IsDefined(space.Metric))
        {
            throw ManifoldException.Invalid($"{field}.metric", $"there is no metric {(int)space.Metric}");
        }
        if (space is { IsMultiVector: true, Precision: not VectorPrecision.Float32 })
        {
            throw ManifoldException.Invalid($"{field}.precision", $"a multi-vector space is scanned as it is; {space.Precision} was asked for");
        }
        if (space.CodeBits is < 0 or > SpaceSchema.MaxCodeBits)
        {
            throw ManifoldException.Invalid($"{field}.code_bits", $"codes have 1 to {SpaceSchema.MaxCodeBits} bits; {space.CodeBits} were asked for");
        }
    }

    private static void CheckCount(int count, int most, string field, string what)
    {
        if (count < 1 || count > most)
        {
            throw ManifoldException.Invalid(field, $"a collection has 1 to {most} {what}; {count} were asked for");
        }
    }

    /// <exception cref="ManifoldException">InvalidArgument, naming the field.</exception>
    public static void CheckName(string name, string field)
    {
        if (!Name().IsMatch(name))
        {
            throw ManifoldException.Invalid(field, $"\"{name}\" is no name: 1 to 64 of letters, digits, \"-\" and \"_\"");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Name();
}
