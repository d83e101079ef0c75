namespace Manifold.Encoders;

/// <summary>
/// Makes a bundle of a model in the layout in which CLIP, SigLIP and CLAP are usually exported to ONNX. docs/models.md says what is read of it. The bundle is
/// tried, tower by tower, before its folder gets its name.
/// </summary>
public static class BundleImport
{
    /// <summary>Reads the folder, copies what the bundle needs and writes its manifest.</summary>
    /// <returns>The bundle in the library.</returns>
    /// <exception cref="InvalidBundleException">Something in the folder is missing, damaged or not known here; names file and key. The library is as before.</exception>
    /// <exception cref="IOException">A bundle of that name is there already, or the library cannot be written.</exception>
    public static Bundle Run(ImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var source = new ModelFolder(options.Folder, options.Variant);
        string name = options.Name ?? NameOf(source.Path);
        if (!BundleManifestChecks.IsName(name))
            throw new InvalidBundleException(source.Path, null, $"cannot become the bundle '{name}': a name is 1 to {BundleManifestChecks.MaxNameLength} of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
        BundleLibrary.CheckVacant(options.Library, name, options.Replace);

        string work = BundleLibrary.WorkFolder(options.Library, name, "import");
        if (Directory.Exists(work))
            Directory.Delete(work, recursive: true);
        Directory.CreateDirectory(work);
        try
        {
            Write(source, work, name, options);
            return BundleLibrary.Publish(work, options.Library, name);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static void Write(ModelFolder source, string work, string name, ImportOptions options)
    {
        OnnxDevice device = OnnxDevice.Choose(EncoderDevice.Cpu, 0, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        TowerFile? text = TowerFile.Find(source, "text_model", device), image = TowerFile.Find(source, "vision_model", device), audio = TowerFile.Find(source, "audio_model", device);
        source.CheckTowers(text, image, audio);
        var manifest = new BundleManifest
        {
            Name = name,
            Version = options.Variant,
            Dimension = Dimension(source, [text, image, audio]),
            License = options.License,
            Description = options.Description,
            Towers = new BundleTowers
            {
                Text = text is null ? null : TextImport.Read(source, text, work),
                Image = image is null ? null : ImageImport.Read(source, image),
                Audio = audio is null ? null : AudioImport.Read(source, audio),
            },
        };

        foreach (string file in new[] { text, image, audio }.OfType<TowerFile>().SelectMany(t => (string[])[t.Path, .. t.DataFiles]))
            File.Copy(file, Path.Combine(work, Path.GetFileName(file)));
        try
        {
            Bundle.WriteManifest(work, manifest);
            new BundleEncoder(Bundle.Load(work), new EncoderOptions { Device = EncoderDevice.Cpu }).Dispose();
        }
        catch (InvalidBundleException e)
        {
            throw new InvalidBundleException(source.Origin(e.Path), e.Key, e.Problem, e);
        }
    }

    /// <summary>What the graphs say, or the configuration where they leave it open.</summary>
    private static int Dimension(ModelFolder source, IEnumerable<TowerFile?> towers)
    {
        TowerFile[] known = [.. towers.OfType<TowerFile>().Where(t => t.OutputLength is not null)];
        foreach (TowerFile other in known.Skip(1).Where(t => t.OutputLength != known[0].OutputLength))
        {
            throw new InvalidBundleException(
                other.Path, other.Output, $"has the dimension {other.OutputLength}, but '{known[0].Output}' of {known[0].Path} has {known[0].OutputLength}: these towers have no space in common");
        }

        if (known.Length > 0)
            return known[0].OutputLength!.Value;
        return (source.Config.Find("projection_dim") ?? source.Config.Find("vision_config")?.Find("hidden_size"))?.Whole()
            ?? throw source.Config.Wrong("does not say 'projection_dim', and the graphs leave their dimension open");
    }

    /// <summary>Lower-case, and '-' for what a name cannot have.</summary>
    private static string NameOf(string folder) =>
        string.Concat(Path.GetFileName(folder).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).TrimStart('-', '.', '_');
}
