using System.Security.Cryptography;
using Automat.Server.Push.Wire;
using Automat.Testing;

namespace Automat.Server.Tests.Push;

/// <summary>A sender shows push services who it is, and nobody else can.</summary>
public sealed class VapidTests
{
    // RFC 8292, section 2.4: what reads ours reads this.
    private const string Example =
        "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpw"
        + "dXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, "
        + "k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";

    // Made by npm's web-push 3.6.7: getVapidHeaders('https://push.example.net', 'mailto:push@example.com', …, 'aes128gcm').
    private const string Others =
        "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE3OTYwNzMxMzQsInN1YiI6Im1haWx0bzpw"
        + "dXNoQGV4YW1wbGUuY29tIn0.X6kp4SvwbsUwXs8daXlwlBYufei6o1I49sqmU1G2iVxrsZ3JBCRyAHsw3hKoUpvrT6R7BSGgRbhXmd8Wt1kCgQ, "
        + "k=BCvRbKZqJIAvuz273z4AsPqEesi3GPstxvfEDct-dt4agLagJEZvnDqWedprKQeStS-naZ2E_gwwY9y_XJ_63b8";

    [Fact]
    public void A_token_names_the_service_the_sender_and_an_end_and_is_signed_with_the_key_that_is_shown()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var header = Vapid.Header(key, new Uri("https://push.example.net:8443/a/b?c=d"), "mailto:push@example.com", now);

        var (audience, until, contact, shown) = PushReader.Sender(header);
        Assert.Equal(("https://push.example.net:8443", "mailto:push@example.com"), (audience, contact));
        Assert.InRange(until, now.AddMinutes(1), now.AddHours(24));
        Assert.Equal(Vapid.PublicKeyOf(key), shown);
        Assert.Throws<CryptographicException>(() => PushReader.Sender(header.Replace("t=eyJ0", "t=eyJ1", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Example, 1_453_523_768)]
    [InlineData(Others, 1_796_073_134)]
    public void The_example_of_RFC_8292_and_the_token_of_another_implementation_are_read_the_same_way(string header, long end)
    {
        var (audience, until, contact, _) = PushReader.Sender(header);

        Assert.Equal(("https://push.example.net", end, "mailto:push@example.com"), (audience, until.ToUnixTimeSeconds(), contact));
    }
}
