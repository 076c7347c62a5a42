using System.Buffers.Binary;
using Automat.Server.Catalog.Pictures;

namespace Automat.Server.Tests.Catalog;

/// <summary>Pictures people upload: read whoever wrote them, made small, and nothing else of the file is kept.</summary>
[Trait("Accepts", "S2-15")]
public sealed class PictureTests
{
    // 40 x 24 pixels, red at the left and blue at the right, written by libvips.
    private const string Baseline =
        "/9j/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw"
        + "4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAYACgDASIAAhEBAxEB/8QAFwAB"
        + "AQEBAAAAAAAAAAAAAAAAAAUGB//EABgQAQADAQAAAAAAAAAAAAAAAAAGRILB/8QAFgEBAQEAAAAAAAAAAAAAAAAABggH/8QAGhEAAQUBAAAAAA"
        + "AAAAAAAAAAAAIDBjWCsv/aAAwDAQACEQMRAD8A5oAIlEEWT19cRlmT19cRlEQWhY12owiZ3T2eEgAuDBswEklPEWT19cRgURBaFjXajCJndPZ4"
        + "SAC4MH//2Q==";

    private const string Progressive =
        "/9j/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw"
        + "4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wgARCAAYACgDASIAAhEBAxEB/8QAFwAB"
        + "AQEBAAAAAAAAAAAAAAAAAAQFBv/EABYBAQEBAAAAAAAAAAAAAAAAAAUHBv/aAAwDAQACEAMQAAAB5kEUSKOyOiYMFzNkSSnxRlEwYLmf/8QAFh"
        + "ABAQEAAAAAAAAAAAAAAAAABBAg/9oACAEBAAEFAonKcpv/xAAbEQAABwEAAAAAAAAAAAAAAAABAgUQNIGxAP/aAAgBAwEBPwHlmaesB1maesBv"
        + "/8QAGxEAAAcBAAAAAAAAAAAAAAAAAQIFEDSBsQD/2gAIAQIBAT8B5CgEvRdCgEvRb//EABYQAQEBAAAAAAAAAAAAAAAAAAIQIP/aAAgBAQAGPw"
        + "KHJyb/AP/EABYQAQEBAAAAAAAAAAAAAAAAAMEQIP/aAAgBAQABPyGNlstf/9oADAMBAAIAAwAAABDykDyED//EABQRAQAAAAAAAAAAAAAAAAAA"
        + "ACD/2gAIAQMBAT8QUUX/xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/EEUV/8QAFxAAAwEAAAAAAAAAAAAAAAAAEIHwIP/aAAgBAQABPx"
        + "AUWaLNEf/Z";

    private const string Interlaced =
        "iVBORw0KGgoAAAANSUhEUgAAACgAAAAYCAMAAAHIXX9kAAAABlBMVEUeHsjIHh5BYPBqAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAL0lEQVQokW"
        + "NgZGRkYGBAJRkwSIgMA42ZSHwwgAiMCtIpQLBKIwCS/KhCTDAEggcAsoYB4XfnchEAAAAASUVORK5CYII=";

    private const string Clear =
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAFklEQVQYlWNgoBqQkzvxHxkPhAKyAQCAUC"
        + "AxezPk9wAAAABJRU5ErkJggg==";

    [Theory]
    [InlineData(Baseline)]
    [InlineData(Progressive)]
    public void A_JPEG_of_either_kind_is_read_and_written_anew(string file)
    {
        var (content, type) = TakePicture.Anew(Convert.FromBase64String(file));
        var again = JpegPictures.Read(content);

        Assert.Equal("image/jpeg", type);
        Assert.Equal((40, 24), (again.Width, again.Height));
        IsNear((200, 30, 30), again, 5, 12);
        IsNear((30, 30, 200), again, 34, 12);
    }

    [Fact]
    public void An_interlaced_PNG_is_read()
    {
        var picture = PngReader.Read(Convert.FromBase64String(Interlaced));

        Assert.Equal((40, 24), (picture.Width, picture.Height));
        IsNear((200, 30, 30), picture, 5, 12);
        IsNear((30, 30, 200), picture, 34, 12);
    }

    [Fact]
    public void What_can_be_seen_through_stays_so()
    {
        var (content, type) = TakePicture.Anew(Convert.FromBase64String(Clear));
        var again = PngReader.Read(content);

        Assert.Equal("image/png", type);
        Assert.Equal(0, again.Rgba[3]);
        IsNear((30, 30, 200), again, 4, 4);
    }

    [Fact]
    public void A_large_picture_is_made_small_and_a_turned_one_is_put_upright()
    {
        var wide = new Raster(1_000, 500, [.. Enumerable.Repeat((byte)255, 1_000 * 500 * 4)]);

        var small = wide.Within(480);
        var upright = wide.Turned(6);

        Assert.Equal((480, 240), (small.Width, small.Height));
        Assert.Equal((500, 1_000), (upright.Width, upright.Height));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")]
    [InlineData("GIF89a")]
    [InlineData("")]
    public void What_is_no_picture_is_refused_whatever_it_is_called(string text) =>
        Assert.Throws<PictureException>(() => TakePicture.Anew(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_picture_that_is_cut_off_or_spoilt_anywhere_is_refused_or_read_and_never_harms()
    {
        foreach (var whole in new[] { Baseline, Progressive, Interlaced }.Select(Convert.FromBase64String))
        {
            for (var at = 0; at < whole.Length; at += 3)
            {
                Try(whole[..at]);
                var spoilt = whole.ToArray();
                spoilt[at] ^= 0xFF;
                Try(spoilt);
            }
        }

        static void Try(byte[] file)
        {
            try
            {
                TakePicture.Anew(file);
            }
            catch (PictureException)
            {
                // Refused, in words.
            }
        }
    }

    [Fact]
    public void A_small_file_that_says_it_is_huge_takes_no_memory()
    {
        var file = Convert.FromBase64String(Interlaced);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 9_999);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 9_999);

        Assert.Contains("too many pixels", Assert.Throws<PictureException>(() => TakePicture.Anew(file)).Message, StringComparison.Ordinal);
    }

    private static void IsNear((int Red, int Green, int Blue) colour, Raster picture, int x, int y)
    {
        var at = ((y * picture.Width) + x) * 4;
        Assert.InRange(Math.Abs(picture.Rgba[at] - colour.Red), 0, 16);
        Assert.InRange(Math.Abs(picture.Rgba[at + 1] - colour.Green), 0, 16);
        Assert.InRange(Math.Abs(picture.Rgba[at + 2] - colour.Blue), 0, 16);
    }
}
