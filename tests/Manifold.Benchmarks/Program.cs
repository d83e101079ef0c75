using System.CommandLine;
using Manifold.Benchmarks;
using Manifold.Benchmarks.Ann;

RootCommand root = new("Measures parts of Manifold. Run it in Release on an otherwise idle machine, and read ratios before times.")
{
    KernelsCommand.Create(),
    FlatCommand.Create(),
    TogetherCommand.Create(),
    ShardBenchmark.Create(),
    IngestBenchmark.Create(),
    LogBenchmark.Create(),
    EncodeBenchmark.Create(),
    MediaBenchmark.Create(),
    AnnDataCommand.Create(),
    AnnCommand.Create(),
    FiltersCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
