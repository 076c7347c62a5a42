using Automat.Server.Platform;
using Automat.Server.Push;
using Microsoft.Extensions.Configuration;

namespace Automat.Server.Tests.Push;

/// <summary>Where the server may be made to call, and whom services may write to.</summary>
public sealed class PushSettingsTests
{
    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/abc:def", true)]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/abc", true)]
    [InlineData("https://web.push.apple.com/QAbc", true)]
    [InlineData("https://wns2-par02p.notify.windows.com/w/?token=abc", true)]
    [InlineData("https://relay.example.com:8443/a", true)]
    [InlineData("http://fcm.googleapis.com/fcm/send/abc", false)]
    [InlineData("https://fcm.googleapis.com:8443/fcm/send/abc", false)]
    [InlineData("https://fcm.googleapis.com.evil.example/abc", false)]
    [InlineData("https://evilnotify.windows.com/abc", false)]
    [InlineData("https://me@fcm.googleapis.com/abc", false)]
    [InlineData("https://fcm.googleapis.com/", false)]
    [InlineData("https://127.0.0.1/abc", false)]
    [InlineData("http://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://relay.example.com/a", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("", false)]
    public void Only_services_of_browsers_and_what_the_operator_names_are_called(string address, bool allowed) =>
        Assert.Equal(allowed, Read(("Automat:Push:AlsoAt", "https://relay.example.com:8443")).Allowed(address) is not null);

    [Theory]
    [InlineData("Automat:Push:AlsoAt", "https://relay.example.com/path")]
    [InlineData("Automat:Push:PatienceSeconds", "0")]
    [InlineData("Automat:Push:Contact", "me@example.com")]
    public void What_cannot_be_used_is_named(string setting, string value) => Assert.Contains(
        setting.Replace(":", "__", StringComparison.Ordinal), Assert.Throws<SettingsException>(() => Read((setting, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Services_can_write_to_whom_is_named_else_to_where_mails_come_from_else_to_the_site()
    {
        Assert.Equal("https://ops.example.com/contact", Read(("Automat:Push:Contact", "https://ops.example.com/contact"), ("Automat:Smtp:From", "a@b.example")).Contact);
        Assert.Equal("mailto:a@b.example", Read(("Automat:Smtp:From", "a@b.example"), ("Automat:PublicUrl", "https://shop.example.com/")).Contact);
        Assert.Equal("https://shop.example.com", Read(("Automat:PublicUrl", "https://shop.example.com/")).Contact);
    }

    private static PushSettings Read(params (string Name, string Value)[] settings) => PushSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build());
}
