using Automat.Server.People;

namespace Automat.Server.Tests.People;

/// <summary>What the list of sessions calls a browser.</summary>
public sealed class AgentNameTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari, macOS")]
    [InlineData("Mozilla/5.0 (Something) Safari/1", "Safari")]
    [InlineData("Mozilla/5.0 (Something) Else/1", "Mozilla/5.0 (Something) Else/1")]
    [InlineData("till/2.1 Firefox/140.0", "till/2.1 Firefox/140.0")]
    [InlineData("", "")]
    public void Browsers_have_the_names_people_call_them_and_programs_their_own(string agent, string name) =>
        Assert.Equal(name, AgentName.Of(agent));
}
