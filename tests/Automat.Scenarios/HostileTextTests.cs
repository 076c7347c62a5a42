using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What somebody writes into an address is a value: never part of a query, never a fault of the server.</summary>
[Trait("Accepts", "S3-12")]
public sealed class HostileTextTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    // One wrong field can hide the next: those that search are also tried alone.
    private static readonly string[][] Fields =
    [
        ["q"], ["machine"], ["product"], ["sort", "page", "size", "columns"],
        ["category", "status", "state", "tender", "from", "to", "cursor", "after", "limit", "format", "kind", "action", "actor", "id", "min", "by"],
    ];

    [Theory]
    [InlineData("' or '1'='1")]
    [InlineData("%x'); drop table vends; --\\\"{0}$1\u0007")]
    [InlineData("a\0b")] // what PostgreSQL takes in no text
    public async Task No_list_page_or_search_takes_text_for_anything_but_text(string text)
    {
        var value = Uri.EscapeDataString(text);
        var tried = 0;
        foreach (var path in Lists())
        {
            foreach (var query in Fields.Select(names => string.Join('&', names.Select(name => $"{name}={value}"))))
            {
                var asked = shared.Admin.GetAsync($"{path}?{query}");
                Assert.True(asked == await Task.WhenAny(asked, Task.Delay(TimeSpan.FromMinutes(1))), $"{path}?{query} does not end");
                var answer = await asked;

                Assert.True(answer.Status < 500, $"{path}?{query} answered {answer.Status}");
            }

            tried++;
        }

        Assert.InRange(tried, 60, 1_000);
        Assert.Equal((int)HttpStatusCode.OK, (await shared.Admin.GetAsync("/panel/sales")).Status); // every table is still there
    }

    /// <summary>Whatever is read without an id: pages, lists, searches. Streams are left out.</summary>
    private IEnumerable<string> Lists() =>
        (from endpoint in shared.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
         where endpoint.RoutePattern.Parameters.Count == 0
             && (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? false)
         select "/" + endpoint.RoutePattern.RawText!.Trim('/')).Distinct(StringComparer.Ordinal)
        .Where(path => !path.EndsWith("/live", StringComparison.Ordinal) && path is not ("/panel/today" or "/api/v1/machines/events"));
}
