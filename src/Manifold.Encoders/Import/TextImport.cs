namespace Manifold.Encoders;

/// <summary>The text tower of a model's folder.</summary>
internal static class TextImport
{
    private const string Ids = "input_ids", Mask = "attention_mask", Segments = "token_type_ids";

    /// <param name="source">The model's folder.</param>
    /// <param name="model">Its text model.</param>
    /// <param name="work">Where <c>tokenizer.json</c> is put.</param>
    public static TextTower Read(ModelFolder source, TowerFile model, string work)
    {
        model.CheckInputs(Ids, Mask, Segments);
        string tokenizer = TokenizerFiles.Collect(source, work);
        int maxTokens = MaxTokens(source, model);
        try
        {
            _ = new JsonTokenizer(tokenizer, maxTokens);
        }
        catch (InvalidBundleException e)
        {
            throw new InvalidBundleException(source.Origin(e.Path), e.Key, e.Problem, e);
        }

        return new TextTower
        {
            Model = model.Name,
            ModelData = model.DataNames,
            Inputs = new TextTowerInputs
            {
                Ids = Ids,
                Mask = model.Takes(Mask) ? Mask : null,
                Segments = model.Takes(Segments) ? Segments : null,
            },
            Output = model.Output,
            MaxTokens = maxTokens,
            Length = IsFixed(source, model) ? TextLength.Fixed : TextLength.Variable,
            PadId = PadId(source, JsonSetting.Read(tokenizer)),
            Tokenizer = new JsonTokenizerOptions { File = Path.GetFileName(tokenizer) },
        };
    }

    /// <summary>
    /// SigLIP learnt on texts padded to the full length. CLIP reads from left to right and up to the end token only, so that padding counts for nothing; any other model needs a
    /// mask for that.
    /// </summary>
    private static bool IsFixed(ModelFolder source, TowerFile model) =>
        model.Length(Ids, 1) is not null || source.IsSiglip || (!model.Takes(Mask) && source.ModelType != "clip");

    private static int MaxTokens(ModelFolder source, TowerFile model)
    {
        if (model.Length(Ids, 1) is { } fixedLength)
            return fixedLength;

        // Tokenizers without a limit say 1e30.
        if (source.Find("tokenizer_config.json")?.Find("model_max_length") is { } limit && limit.Number() is >= 1 and <= BundleManifestChecks.MaxTokensLimit)
            return limit.Whole();
        JsonSetting? text = source.Config.Find("text_config");
        if (text?.Find("max_position_embeddings") is { } positions)
        {
            // RoBERTa's positions begin after that of its padding.
            int before = source.ModelType == "clap" ? (text?.Find("pad_token_id")?.Whole() ?? 1) + 1 : 0;
            return positions.Whole() - before;
        }

        return source.ModelType switch
        {
            "clip" => 77,
            "clap" => 512,
            _ when source.IsSiglip => 64,
            _ => throw source.Config.Wrong("does not say 'text_config.max_position_embeddings', nor tokenizer_config.json 'model_max_length': how many tokens the model takes is not known"),
        };
    }

    private static int PadId(ModelFolder source, JsonSetting tokenizer)
    {
        if (tokenizer.Find("padding")?.Find("pad_id") is { } id)
            return id.Whole();
        JsonSetting? pad = source.Find("tokenizer_config.json")?.Find("pad_token") ?? source.Find("special_tokens_map.json")?.Find("pad_token");
        if (pad is { } setting)
        {
            string token = setting.IsText ? setting.Text() : setting["content"].Text();
            return IdOf(tokenizer, token) ?? throw setting.Wrong($"is '{token}', which the tokenizer lacks");
        }

        return source.Config.Find("text_config")?.Find("pad_token_id")?.Whole() ?? 0;
    }

    private static int? IdOf(JsonSetting tokenizer, string token)
    {
        foreach (JsonSetting added in tokenizer.Find("added_tokens")?.Items() ?? [])
        {
            if (added["content"].Text() == token)
                return added["id"].Whole();
        }

        // A list is Unigram's, whose ids are its places.
        JsonSetting vocabulary = tokenizer["model"]["vocab"];
        if (!vocabulary.IsList)
            return vocabulary.Find(token)?.Whole();
        int place = vocabulary.Items().TakeWhile(entry => entry.Items().First().Text() != token).Count();
        return place < vocabulary.Items().Count() ? place : null;
    }
}
