namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>The libraries that are compared, as compare/install.sh puts them into the data cache, and their indexes for a set of some size.</summary>
internal sealed class PeerCatalog(string folder)
{
    /// <summary>The names that <c>--compare</c> takes.</summary>
    public static readonly IReadOnlyList<string> Names = ["faiss", "faiss-generic", "hnswlib", "usearch", "zvec"];

    /// <summary>Those without a name: faiss-generic only stands in for a native build.</summary>
    public const string Default = "faiss,hnswlib,usearch,zvec";

    // From here on, codes of two dimensions are so many that they cost more than they tell.
    private const int LongDimension = 256;

    // Candidates that are measured exactly, as a multiple of k; those first that reach a high recall soon, since what is much slower than them is cut short.
    private static readonly int[] RefineFactors = [32, 64, 16, 8, 4, 2, 1];

    // Ten of the nearest need an ef of at least ten; the last reaches 0.999 or never will.
    private static readonly EffortGrid Graph = new("ef", 10, 2000, [""]);

    /// <summary>The folder of the data cache that install.sh writes into.</summary>
    public static string DefaultFolder => Path.Combine(AnnDataCommand.Cache, "compare");

    /// <summary>Where peers keep built indexes for the next run.</summary>
    public string Built => Path.Combine(folder, "built");

    /// <summary>The indexes of the named libraries. One that is not installed is left out, with a line in the log.</summary>
    /// <exception cref="ArgumentException">There is no library of a name.</exception>
    public IReadOnlyList<PeerIndex> Find(IReadOnlyList<string> names, int rows, int dimension, TextWriter log)
    {
        List<PeerIndex> found = [];
        foreach (var name in names)
        {
            PeerIndex[] indexes = name switch
            {
                "faiss" => Faiss(Program("faiss_peer_native"), "native", rows, dimension),
                "faiss-generic" => Faiss(Program("faiss_peer"), "Debian's build", rows, dimension),
                "hnswlib" => [new("hnswlib (native)", [Program("hnswlib_peer")], "M16", Graph)],
                "usearch" => [new("usearch (native)", [Program("usearch_peer")], "f32", Graph), new("usearch (native)", [Program("usearch_peer")], "bf16", Graph)],
                "zvec" => [new("zvec", Zvec(), "hnsw", Graph), new("zvec", Zvec(), "hnsw-int8", Graph)],
                _ => throw new ArgumentException($"--compare: there is no library '{name}'; there are {string.Join(", ", Names)}."),
            };
            if (indexes[0].Command.FirstOrDefault(part => Path.IsPathRooted(part) && !Path.Exists(part)) is not { } missing)
                found.AddRange(indexes);
            else if (name == "faiss" && File.Exists(Program("faiss_peer")) && !names.Contains("faiss-generic"))
                found.AddRange(Find(["faiss-generic"], rows, dimension, log));
            else
                log.WriteLine($"{name} is left out: there is no {missing}; tests/Manifold.Benchmarks/compare/install.sh installs it");
        }

        return found;
    }

    private static PeerIndex[] Faiss(string program, string build, int rows, int dimension)
    {
        // Faiss's guidelines advise 4 to 16 √rows lists: the power of two next to 4 √rows, and half of it, which was as fast on words.
        var lists = 1 << (int)Math.Round(Math.Log2(4 * Math.Sqrt(rows)));
        var probes = new EffortGrid("nprobe", 1, lists, [""]);
        var refined = probes with { Others = [.. RefineFactors.Select(factor => $",k_factor_rf={factor}")] };

        // 4-bit codes of two dimensions each (of four where rows are long), of the vectors ("fs") and of their residuals ("fsr"): none is best for all sets.
        List<int> codes = [dimension % 2 == 0 ? dimension / 2 : dimension];
        if (dimension >= LongDimension && dimension % 4 == 0)
            codes.Add(dimension / 4);
        var kinds = codes.SelectMany(code => new[] { $"IVF{lists},PQ{code}x4fs,RFlat", $"IVF{lists},PQ{code}x4fsr,RFlat", $"IVF{lists / 2},PQ{code}x4fs,RFlat", $"IVF{lists / 2},PQ{code}x4fsr,RFlat" });
        return
        [
            .. kinds.Select(kind => new PeerIndex($"faiss ivf-pq-fs+refine ({build})", [program], kind, refined)),
            new($"faiss ivf-flat ({build})", [program], $"IVF{lists},Flat", probes),
            new($"faiss hnsw32 ({build})", [program], "HNSW32", Graph with { Name = "efSearch" }),
            new($"faiss flat ({build})", [program], "Flat", EffortGrid.None),
        ];
    }

    private string[] Zvec() => ["node", Program("zvec_peer.mjs"), Path.Combine(folder, "npm", "node_modules")];

    private string Program(string name) => Path.Combine(folder, "bin", name);
}
