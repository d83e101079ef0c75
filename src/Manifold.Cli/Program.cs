namespace Manifold.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) => ManifoldTool.RunAsync(args, Console.Out, Console.Error);
}
