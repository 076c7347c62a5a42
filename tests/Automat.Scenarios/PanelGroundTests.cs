using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.People;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What all pages of the panel share: the ways, the search, lists, parts that follow what happens.</summary>
public sealed class PanelGroundTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_finds_pages_for_those_they_open_to()
    {
        using var admin = await ComesAsync("admin@demo.automat");
        using var operatorOf = await ComesAsync("operator@demo.automat");

        Assert.Contains("href=\"/panel/outbox\"", (await admin.OpenAsync("/panel/search?q=outb")).Text, StringComparison.Ordinal);
        var found = await operatorOf.OpenAsync("/panel/search?q=outb");
        Assert.Equal(200, found.Status);
        Assert.DoesNotContain("/panel/outbox", found.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing found for “outb”.", found.Text, StringComparison.Ordinal);
        Assert.Contains("At least two characters", (await admin.OpenAsync("/panel/search?q=o")).Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", await RawAsync(admin, "/panel/search?q=<b>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_module_finds_depends_on_who_looks()
    {
        await using var scope = shared.App.Services.CreateAsyncScope();
        var search = new PanelSearch(scope.ServiceProvider.GetRequiredService<PageSearch>(), [new FindsForReaders()]);

        Assert.Contains(await search.FindAsync(Somebody(Role.Auditor), "pie", Ct), hit => hit.Title == "Entry pie");
        Assert.Empty(await search.FindAsync(Somebody(Role.Operator), "pie", Ct));
        Assert.Empty(await search.FindAsync(Somebody(Role.Auditor), "p", Ct));
        Assert.Empty(await search.FindAsync(new ClaimsPrincipal(new ClaimsIdentity()), "audit", Ct));
    }

    [Fact]
    public async Task Ways_lead_to_pages_that_are_there_and_open_and_say_whose_they_are()
    {
        using var auditor = await ComesAsync("auditor@demo.automat");

        var page = await auditor.OpenAsync("/panel/audit");

        Assert.Contains("href=\"/panel/audit\" aria-current=\"page\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("class=\"side-name\">Demo Automat", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/panel/outbox\"", page.Text, StringComparison.Ordinal);
        var ways = shared.App.Services.GetRequiredService<PanelWays>();
        Assert.All(ways.For(Somebody(Role.Admin)).Where(way => way.Address != "/account"), way => Assert.StartsWith("/panel", way.Address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_is_sorted_narrowed_and_made_a_file_by_its_address()
    {
        using var admin = await ComesAsync("admin@demo.automat");

        var page = await admin.OpenAsync("/panel/components?sort=-sold&state=on");
        Assert.Contains("aria-sort=\"descending\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("1 to 9 of 9", page.Text, StringComparison.Ordinal);
        Assert.Contains("26 to 27 of 27", (await admin.OpenAsync("/panel/components?page=2")).Text, StringComparison.Ordinal);
        Assert.Contains("The list is not that long.", (await admin.OpenAsync("/panel/components?page=9")).Text, StringComparison.Ordinal);
        var file = await admin.OpenAsync("/panel/components?format=csv&q=%3D1");
        Assert.Equal("\"name\",\"sold\"\r\n\"'=1+1\",14\r\n", file.Text.TrimStart('\uFEFF'));
    }

    [Fact]
    public async Task A_page_of_a_query_is_read_and_counted()
    {
        var all = await shared.App.QueryAsync(db => db.Set<Person>().OrderBy(person => person.Id).PageAsync(new ListView(), Ct));
        var beyond = await shared.App.QueryAsync(db => db.Set<Person>().OrderBy(person => person.Id).PageAsync(new ListView { Page = 9 }, Ct));

        Assert.Equal(all.Items.Count, all.Total);
        Assert.Empty(beyond.Items);
        Assert.Equal(all.Total, beyond.Total);
        Assert.False(beyond.HasMore);
    }

    [Fact]
    public async Task A_live_part_is_sent_at_once_and_again_when_it_changes()
    {
        using var admin = await ComesAsync("admin@demo.automat");
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = admin.Cookies }) { BaseAddress = shared.App.Http };

        using var answer = await client.GetAsync(new Uri("/panel/components/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));

        Assert.StartsWith("data: <p>It is ", await lines.ReadLineAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_on_keeps_no_connection_and_more_may_look_on_than_there_are_connections()
    {
        using var who = await ComesAsync("operator@demo.automat");
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = who.Cookies }) { BaseAddress = shared.App.Http };
        var connections = shared.App.Services.GetRequiredService<OneConnection>();
        var streams = new List<HttpResponseMessage>();
        try
        {
            for (var i = 0; i < DataModule.ServingConnections + 5; i++)
            {
                var stream = await client.GetAsync(new Uri("/panel/today", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);
                streams.Add(stream);
                using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Ct), leaveOpen: true);
                Assert.StartsWith("data: ", await lines.ReadLineAsync(Ct), StringComparison.Ordinal);
            }

            Assert.Equal(DataModule.ServingConnections / 2, connections.Left);
            var pages = await Task.WhenAll(Enumerable.Range(0, DataModule.ServingConnections * 2).Select(_ => who.OpenAsync("/panel/machines")));
            Assert.All(pages, page => Assert.Equal(200, page.Status));
            Assert.Equal(404, (await who.OpenAsync("/panel/machines/none-such")).Status);
            // The last bytes may be with the reader before the server has put its connection back.
            await TestApp.EventuallyAsync(() => Task.FromResult(connections.Left), left => left == DataModule.ServingConnections / 2);
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private static ClaimsPrincipal Somebody(Role role) => new(new ClaimsIdentity(
        [new(Callers.SessionClaim, "1"), new(Callers.OrganizationClaim, Guid.CreateVersion7().ToString()), new(Callers.RoleClaim, role.ToString())], "test"));

    private static async Task<string> RawAsync(Visitor visitor, string path) =>
        await (await visitor.OpenAsync(path)).Response.Content.ReadAsStringAsync(Ct);

    private async Task<Visitor> ComesAsync(string name)
    {
        var visitor = new Visitor(shared.App);
        await visitor.SignInAsync(name, TestApp.Password);
        // The administrator is asked for a second step first, and puts it off.
        if (name.StartsWith("admin", StringComparison.Ordinal)) await visitor.SendAsync("/account/authenticator", "/account/authenticator/postpone");
        return visitor;
    }

    private sealed class FindsForReaders : IPanelSearch
    {
        public Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<PanelHit>>(
                who.Allows(Permission.LedgerRead) ? [new PanelHit("Entry", $"Entry {text}", null, "/panel/ledger")] : []);
    }
}
