namespace Manifold.Encoders;

/// <summary>The tokens before and after every text: <c>post_processor</c>.</summary>
internal sealed class TokenTemplate
{
    private static readonly TokenTemplate Bare = new([], []);

    private readonly int[] _before;
    private readonly int[] _after;

    private TokenTemplate(int[] before, int[] after)
    {
        _before = before;
        _after = after;
    }

    public int Count => _before.Length + _after.Length;

    public int GreatestId => Math.Max(_before.DefaultIfEmpty(-1).Max(), _after.DefaultIfEmpty(-1).Max());

    public static TokenTemplate Read(JsonSetting? setting)
    {
        if (setting is not { } processor)
            return Bare;
        string type = processor["type"].Text();
        return type switch
        {
            "TemplateProcessing" => ReadTemplate(processor),
            "RobertaProcessing" or "BertProcessing" => new TokenTemplate([IdOf(processor["cls"])], [IdOf(processor["sep"])]),
            "Sequence" => processor["processors"].Items().Select(p => Read(p)).Aggregate(Bare, (inner, outer) => new TokenTemplate([.. outer._before, .. inner._before], [.. inner._after, .. outer._after])),
            // It only moves the offsets of tokens within the text, which nobody asks for here.
            "ByteLevel" => Bare,
            _ => throw processor["type"].Wrong($"is '{type}'; TemplateProcessing, RobertaProcessing, BertProcessing, ByteLevel and Sequence are known here"),
        };
    }

    public IEnumerable<int> Around(IEnumerable<int> ids) => _before.Concat(ids).Concat(_after);

    private static TokenTemplate ReadTemplate(JsonSetting processor)
    {
        List<int> before = [], after = [];
        bool text = false;
        foreach (JsonSetting part in processor["single"].Items())
        {
            if (part.Find("Sequence") is not null)
            {
                if (text)
                    throw part.Wrong("has the text a second time");
                text = true;
            }
            else
            {
                string token = part["SpecialToken"]["id"].Text();
                (text ? after : before).AddRange(processor["special_tokens"][token]["ids"].Items().Select(id => id.Whole()));
            }
        }

        return text ? new TokenTemplate([.. before], [.. after]) : throw processor["single"].Wrong("has no place for the text");
    }

    private static int IdOf(JsonSetting pair) => pair.Items().ToArray() is [_, { } id] ? id.Whole() : throw pair.Wrong("must be a token and its id");
}
