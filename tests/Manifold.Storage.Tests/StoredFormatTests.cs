namespace Manifold.Storage.Tests;

/// <summary>Bytes that earlier versions wrote and every later one must read: a change here is a new format version.</summary>
public sealed class StoredFormatTests
{
    private static readonly Guid Batch = new("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void RunningChecksum_KnownRecords_HasTheseValues()
    {
        var first = RunningChecksum.Next(0, 1, 1, Batch, RunningChecksum.OfPayload("hello"u8));
        var second = RunningChecksum.Next(first, 2, 2, Batch, RunningChecksum.OfPayload([]));
        Assert.Equal(("224413fa95018291", "0ce6f1ebc56740ab"), (first.ToString("x16", null), second.ToString("x16", null)));
    }

    [Fact]
    public void RecordHeader_Written_HasTheseBytes()
    {
        var header = new RecordHeader(5, 7, 9, 8, Batch, 0x1111111111111111, 0x2222222222222222);
        var bytes = new byte[RecordHeader.Size];
        header.Write(bytes, salt: 42, offset: 64);
        Assert.Equal("4d5245430500000007000000000000000900000000000000080000000000000000112233445566778899aabbccddeeff11111111111111112222222222222222ace20fd4d2385584", Convert.ToHexStringLower(bytes));
        Assert.True(RecordHeader.TryRead(bytes, 42, 64, out var read));
        Assert.Equal(header, read);
        Assert.False(RecordHeader.TryRead(bytes, 42, 65, out _));
        Assert.False(RecordHeader.TryRead(bytes, 43, 64, out _));
    }

    [Fact]
    public void FileHeaderAndEpoch_Written_HaveTheseBytes()
    {
        Assert.Equal("4d4e464c444c4f4701000000000000000a00000000000000333333333333333307000000000000002a000000000000000000000000000000de437169f18f59f5", Convert.ToHexStringLower(new LogFileHeader(10, 0x3333333333333333, 7, 42).ToBytes()));
        Assert.Equal("4d4e464c4445504f010000000000000007000000000000000300000000000000090000000000000044444444444444442f12d5fa57b3fc56", Convert.ToHexStringLower(new EpochFile(7, 3, 9, 0x4444444444444444).ToBytes()));
    }
}
