using static Manifold.Storage.Tests.LogScenario;

namespace Manifold.Storage.Tests;

public sealed class FileLogFencingTests : ShardLogFencingContract
{
    private protected override IShardLogProvider NewMedium() => FileLogContractTests.Create();

    [Fact]
    public async Task TakeLead_AfterReopen_GoesOnFromTheStoredEpoch()
    {
        using var folder = new TemporaryFolder();
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            await using var provider = Provider(folder.Path);
            var log = await provider.OpenAsync(Shard, Cancel);
            Assert.Equal(epoch - 1, (await log.GetEndAsync(Cancel)).Epoch);
            Assert.Equal(epoch, (await log.TakeLeadAsync(Cancel)).Epoch);
        }
    }
}
