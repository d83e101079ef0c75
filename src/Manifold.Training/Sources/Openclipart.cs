using System.Net;
using System.Text.RegularExpressions;

namespace Manifold.Training;

/// <summary>Reads openclipart 0.18: PNG renderings and the metadata of the SVG files they were made from.</summary>
public static partial class Openclipart
{
    /// <summary>A title that more pictures share than this says nothing about the picture ("gramastar": 1,375 pictures).</summary>
    public const int MaxPicturesOfOneTitle = 12;

    /// <summary>
    /// The clip art that has a title, in ordinal order of the ids; titles that too many pictures share are still there (the count is
    /// taken after duplicates are dropped: see <see cref="Corpus"/>). Symbolic links are followed: the same picture under two paths is dropped later.
    /// </summary>
    public static IReadOnlyList<ClipArt> Load(DataCache cache)
    {
        string pngs = cache.PathOf("deb/openclipart-png/usr/share/openclipart/png");
        string svgs = cache.PathOf("deb/openclipart-svg/usr/share/openclipart/svg");
        var found = new List<ClipArt>();
        foreach (string png in Directory.EnumerateFiles(pngs, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string id = Path.ChangeExtension(Path.GetRelativePath(pngs, png), null).Replace('\\', '/');
            string svg = Path.Combine(svgs, id + ".svg");
            if (!File.Exists(svg) || !File.Exists(png))
                continue;
            var (title, keywords) = ParseMetadata(File.ReadAllText(svg));
            if (title.Length > 0)
                found.Add(new ClipArt(id, new Picture(PictureSource.Openclipart, id, png), title, keywords));
        }

        return found;
    }

    /// <summary>
    /// Title and keywords of an SVG's Dublin Core metadata. The pattern matching is on purpose: hundreds of the files are not well-formed XML
    /// (undeclared prefixes and entities), and their metadata is still readable.
    /// </summary>
    public static (string Title, IReadOnlyList<string> Keywords) ParseMetadata(string svg)
    {
        int start = svg.IndexOf("<metadata", StringComparison.Ordinal);
        if (start < 0)
            return ("", []);
        int end = svg.IndexOf("</metadata>", start, StringComparison.Ordinal);
        string metadata = end < 0 ? svg[start..] : svg[start..end];
        var subject = SubjectPattern().Match(metadata);
        string rest = subject.Success ? metadata.Remove(subject.Index, subject.Length) : metadata;
        rest = AgentPattern().Replace(rest, "");
        string title = TitlePattern().Match(rest) is { Success: true } match ? Clean(match.Groups[1].Value) : "";
        string[] keywords = subject.Success
            ? [.. KeywordPattern().Matches(subject.Value).Select(keyword => Clean(keyword.Groups[1].Value)).Where(word => word.Length > 0).Distinct()]
            : [];
        return (title, keywords);
    }

    private static string Clean(string text) => SpacePattern().Replace(WebUtility.HtmlDecode(text), " ").Trim();

    [GeneratedRegex("<dc:subject.*?</dc:subject>", RegexOptions.Singleline)]
    private static partial Regex SubjectPattern();

    [GeneratedRegex("<(?:cc:)?Agent.*?</(?:cc:)?Agent>", RegexOptions.Singleline)]
    private static partial Regex AgentPattern();

    [GeneratedRegex("<dc:title[^>]*>(.*?)</dc:title>", RegexOptions.Singleline)]
    private static partial Regex TitlePattern();

    [GeneratedRegex("<rdf:li[^>]*>(.*?)</rdf:li>", RegexOptions.Singleline)]
    private static partial Regex KeywordPattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();
}
