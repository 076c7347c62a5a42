using System.Net;
using Automat.Domain;
using Automat.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Automat.Server.Tests.Hosting;

/// <summary>Figures tell how business goes: they are for this machine, or for whoever has the collector's token.</summary>
[Trait("Accepts", "S1-17")]
public sealed class MetricsDoorTests
{
    [Theory]
    [InlineData(null, "127.0.0.1", null, null)]
    [InlineData(null, "::1", null, null)]
    [InlineData(null, "203.0.113.7", null, "forbidden")]
    [InlineData(null, "203.0.113.7", "Bearer anything", "forbidden")]
    [InlineData(null, null, null, "forbidden")]
    [InlineData("a-long-secret", "203.0.113.7", "Bearer a-long-secret", null)]
    [InlineData("a-long-secret", "203.0.113.7", "bearer a-long-secret", null)]
    [InlineData("a-long-secret", "127.0.0.1", null, "unauthorized")]
    [InlineData("a-long-secret", "127.0.0.1", "Bearer a-long-secreT", "unauthorized")]
    [InlineData("a-long-secret", "127.0.0.1", "Basic a-long-secret", "unauthorized")]
    [InlineData("a-long-secret", "127.0.0.1", "Bearer ", "unauthorized")]
    [InlineData("  ", "203.0.113.7", "Bearer ", "forbidden")]
    public async Task Only_this_machine_or_the_token_opens_them(string? token, string? from, string? shown, string? refused)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        if (shown is not null) http.Request.Headers.Authorization = shown;
        var context = EndpointFilterInvocationContext.Create(http);

        var opened = async () => await new MetricsDoor(token).InvokeAsync(context, _ => ValueTask.FromResult<object?>("figures"));

        if (refused is null) Assert.Equal("figures", await opened());
        else Assert.Equal(refused, (await Assert.ThrowsAsync<RuleException>(opened)).Code);
    }
}
