using Google.Protobuf;
using Grpc.Core;
using Manifold.Encoders.Tests;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>
/// Sound and video through the bundle "tests", which encodes a picture as its mean colour and sound as the levels of its low, middle and high tones: red is near low tones, green near
/// middle ones, blue near high ones.
/// </summary>
public sealed class RecordingTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Query_ByPicture_FindsTheVideoAndTheMoment()
    {
        var name = await CreateAsync();
        await _server.UpsertAsync(name, [
            Requests.Of("film", Video(TestMedia.Scenes(["red", "lime", "blue"], 4))),
            Requests.Of("other", Video(TestMedia.Scenes(["red", "yellow"], 3))),
            Requests.Of("picture", Requests.Image(Pictures.Solid("white"))),
        ]);

        var answer = await _server.QueryAsync(new QueryRequest { Collection = name, Space = "moments", Parts = { new QueryPart { Image = Requests.Image(Pictures.Solid("blue")).Image } } });
        Assert.Equal(("film", Modality.Video), (answer.Hits[0].Item.Id, answer.Hits[0].Item.Modality));
        var place = Assert.Single(answer.Hits[0].Matches).Place.Interval;
        Assert.Equal(8, place.Start, 0.3);
        Assert.Equal(12, place.End, 0.3);

        // The whole of the film is as much red as green and blue; the picture is one vector, and has no place.
        var whole = await _server.QueryAsync(new QueryRequest { Collection = name, Parts = { new QueryPart { Image = Requests.Image(Pictures.Solid("white")).Image } } });
        Assert.Equal(["film", "picture"], whole.Hits.Take(2).Select(h => h.Item.Id).Order());
        var moments = await _server.QueryAsync(new QueryRequest { Collection = name, Space = "moments", Parts = { new QueryPart { Image = Requests.Image(Pictures.Solid("white")).Image } }, Limit = 1 });
        Assert.Equal("picture", moments.Hits[0].Item.Id);
        Assert.Null(Assert.Single(moments.Hits[0].Matches).Place);
    }

    [Fact]
    public async Task Query_BySound_FindsTheMomentInSoundAndVideo()
    {
        var name = await CreateAsync();
        var tones = TestMedia.Make("mp3", "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*if(lt(t,6),250,3000))':d=10:s=44100");
        var film = TestMedia.Scenes(["white"], 6, 0, "mp4", "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*if(lt(t,4),3000,1300))':d=6", "-map", "1:a", "-c:a", "aac");
        await _server.UpsertAsync(name, [Requests.Of("tones", Audio(tones)), Requests.Of("film", Video(film))]);

        foreach (var (hertz, id, start, end) in new[] { (250, "tones", 0, 6), (1300, "film", 4, 6) })
        {
            var query = new QueryPart { Audio = ByteString.CopyFrom(TestMedia.Tone(hertz, 2, "ogg", "-c:a", "libvorbis")) };
            var answer = await _server.QueryAsync(new QueryRequest { Collection = name, Space = "moments", Parts = { query } });
            Assert.Equal(id, answer.Hits[0].Item.Id);
            var place = Assert.Single(answer.Hits[0].Matches).Place.Interval;
            Assert.InRange(place.Start, start, end);
            Assert.InRange(place.End, start, end + 0.1);
        }
    }

    [Fact]
    public async Task Upsert_BadRecordings_FailAloneNamingTheField()
    {
        var name = await CreateAsync();
        var video = TestMedia.Scenes(["red"], 2);
        var written = await _server.UpsertAsync(name, [
            Requests.Of("good", Video(video)),
            Requests.Of("cut", Video(video[..(video.Length / 2)])),
            Requests.Of("mute", Audio(video)),
            Requests.Of("silence", Audio(TestMedia.Make("wav", "-f", "lavfi", "-i", "anullsrc=d=2"))),
            Requests.Of("text", Audio("no recording at all"u8.ToArray())),
        ]);
        Assert.Equal(1, written.Written);
        Assert.Equal(["cut", "mute", "silence", "text"], written.Errors.Select(e => e.Id));
        Assert.All(written.Errors, e => Assert.Equal(((int)StatusCode.InvalidArgument, $"items[{e.Index}].content"), (e.Code, e.Field)));
        var item = Assert.Single(await _server.GetAsync(Requests.Get(name, "good")));
        Assert.Equal(Modality.Video, item.Modality);
    }

    [Fact]
    public async Task Query_ByWhatIsNoRecording_NamesTheField()
    {
        var name = await CreateAsync();
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument,
            _server.QueryAsync(new QueryRequest { Collection = name, Parts = { new QueryPart { Audio = ByteString.CopyFromUtf8("no recording at all") } } }),
            "parts[0].audio");
    }

    private static Content Video(byte[] bytes) => new() { Video = ByteString.CopyFrom(bytes) };

    private static Content Audio(byte[] bytes) => new() { Audio = ByteString.CopyFrom(bytes) };

    private Task<string> CreateAsync() => _server.CreateAsync(2, new Space { Encoder = "tests" }, new Space { Name = "moments", Encoder = "tests", MultiVector = true });
}
