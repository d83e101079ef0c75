namespace Manifold.Training;

/// <summary>How a synthesizer speaks.</summary>
/// <param name="Name">Accent and timbre, as <c>espeak-ng -v</c> takes them: <c>en-us+f2</c>.</param>
/// <param name="Rate">Words a minute.</param>
/// <param name="Pitch">0 to 99; 50 is the voice's own.</param>
public sealed record SpeechVoice(string Name, int Rate = 165, int Pitch = 50)
{
    // Timbres that no training run hears in any language: the tests speak with these.
    private static readonly string[] HeldOutTimbres = ["f4", "m7", "Michael", "linda", "steph2", "pablo", "Andrea", "adam"];

    private static readonly string[] TrainingTimbres =
    [
        "f1", "f2", "f3", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m8", "Alex", "Alicia", "Andy", "Annie", "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Hugo", "Jacky", "Lee", "Marco",
        "Mario", "Mike", "Nguyen", "RicishayMax", "RicishayMax3", "Storm", "anika", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david", "ed", "edward", "edward2",
        "grandma", "grandpa", "gustave", "iven", "iven3", "john", "kaukovalta", "klatt", "klatt2", "klatt3", "klatt4", "marcelo", "max", "michel", "miguel", "norbert", "paul", "pedro",
        "quincy", "rob", "robert", "sandro", "shelby", "steph", "steph3", "travis", "victor", "whisper", "whisperf", "zac",
    ];

    private static readonly Dictionary<string, string[]> Accents = new(StringComparer.Ordinal)
    {
        ["en"] = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"],
        ["zh"] = ["cmn-latn-pinyin"],
        ["fr"] = ["fr-fr", "fr-be", "fr-ch"],
        ["es"] = ["es", "es-419"],
        ["de"] = ["de"],
    };

    /// <summary>The languages that can be spoken.</summary>
    public static IReadOnlyCollection<string> Languages => Accents.Keys;

    /// <summary>One of the voices that training hears.</summary>
    public static SpeechVoice Draw(string language, Random random)
    {
        string[] accents = Accents[language];
        return new SpeechVoice(
            $"{accents[random.Next(accents.Length)]}+{TrainingTimbres[random.Next(TrainingTimbres.Length)]}", random.Next(125, 205), random.Next(25, 76));
    }

    /// <summary>One of the voices of the tests.</summary>
    /// <param name="language">The language.</param>
    /// <param name="number">0 or greater: which.</param>
    public static SpeechVoice HeldOut(string language, int number) =>
        new($"{Accents[language][number % Math.Min(2, Accents[language].Length)]}+{HeldOutTimbres[number % HeldOutTimbres.Length]}");
}
