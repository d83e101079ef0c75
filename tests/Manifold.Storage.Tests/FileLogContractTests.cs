namespace Manifold.Storage.Tests;

/// <summary>The contract on files, small ones, so that appends, reads and truncations meet the change from one to the next.</summary>
public sealed class FileLogContractTests : ShardLogContract
{
    private protected override IShardLogProvider NewMedium() => Create();

    internal static MediumProvider Create()
    {
        var folder = new TemporaryFolder(inMemory: true);
        return new MediumProvider(LogScenario.Provider(folder.Path, fileBytes: 5000), folder);
    }
}
