using System.Text;

namespace Manifold.Server.Tests;

/// <summary>Pictures as files.</summary>
internal static class Pictures
{
    /// <summary>A square of one colour: the bundle "tests" encodes it as that colour.</summary>
    public static byte[] Solid(string colour, int size = 16) => Encoding.UTF8.GetBytes(
        $"""<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"><rect width="{size}" height="{size}" fill="{colour}"/></svg>""");

    /// <summary>A PNG of 1 × 1, opaque red.</summary>
    public static byte[] Png() => Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");
}
