using System.Buffers.Binary;

namespace Manifold.Encoders;

/// <summary>
/// Which recordings reach ffmpeg: those that begin like one of the common containers. What ffmpeg itself may open is limited to the same
/// ones, so that a playlist, a concatenation script or a session description, which name other files and addresses, is never followed.
/// </summary>
internal static class MediaFormat
{
    /// <summary>For ffmpeg's <c>-format_whitelist</c>: containers that hold their streams themselves.</summary>
    public const string Demuxers = "wav,w64,aiff,caf,au,flac,wv,mp3,aac,amr,ogg,mov,matroska,avi,asf,flv,mpeg,mpegvideo,mpegts";

    /// <summary>For messages.</summary>
    public const string Names = "WAV, AIFF, FLAC, MP3, AAC, Ogg, MP4, MOV, WebM, Matroska, AVI, WMV, FLV and MPEG";

    private const uint LeastUnknownLength = 0x7FFF_0000;

    private const int TransportPacket = 188;

    public static bool IsKnown(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12)
            return false;
        uint type = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        return bytes[..4] switch
        {
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F'] or [(byte)'R', (byte)'F', (byte)'6', (byte)'4'] => type is 0x57415645 or 0x41564920, // WAVE, AVI
            [(byte)'F', (byte)'O', (byte)'R', (byte)'M'] => type is 0x41494646 or 0x41494643, // AIFF, AIFC
            [(byte)'f', (byte)'L', (byte)'a', (byte)'C'] or [(byte)'O', (byte)'g', (byte)'g', (byte)'S'] or [(byte)'w', (byte)'v', (byte)'p', (byte)'k'] => true,
            [(byte)'c', (byte)'a', (byte)'f', (byte)'f'] or [(byte)'.', (byte)'s', (byte)'n', (byte)'d'] or [(byte)'#', (byte)'!', (byte)'A', (byte)'M'] => true,
            [0x1A, 0x45, 0xDF, 0xA3] or [0x30, 0x26, 0xB2, 0x75] or [0, 0, 1, 0xBA or 0xB3] => true, // EBML, ASF, MPEG
            [(byte)'F', (byte)'L', (byte)'V', 1] or [(byte)'I', (byte)'D', (byte)'3', _] or [(byte)'r', (byte)'i', (byte)'f', (byte)'f'] => true,
            [0xFF, var second, ..] => (second & 0xE0) == 0xE0, // a frame of MPEG audio or ADTS
            [0x47, ..] => bytes.Length > TransportPacket && bytes[TransportPacket] == 0x47,
            _ => bytes[4..8].SequenceEqual("ftyp"u8) || bytes[4..8].SequenceEqual("moov"u8) || bytes[4..8].SequenceEqual("mdat"u8) || bytes[4..8].SequenceEqual("wide"u8),
        };
    }

    /// <summary>Whether a RIFF file (WAV, AVI) is shorter than its header says: ffmpeg reads what there is without a word.</summary>
    public static bool IsCutOff(ReadOnlySpan<byte> beginning, long length)
    {
        if (!beginning.StartsWith("RIFF"u8) || beginning.Length < 8)
            return false;

        // Programs that stream cannot know: they write 0, or something near the greatest number, with or without a sign.
        uint said = BinaryPrimitives.ReadUInt32LittleEndian(beginning[4..]);
        return said is > 0 and < LeastUnknownLength && length < said;
    }
}
