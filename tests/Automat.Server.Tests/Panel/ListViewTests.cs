using Automat.Server.Panel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Panel;

/// <summary>A list's state is its address: whatever somebody types there, a list is shown and can be linked to.</summary>
public sealed class ListViewTests
{
    [Fact]
    public void An_address_says_what_is_looked_for_in_which_order_and_which_page()
    {
        var view = View("?q=+pie+&sort=-sold&page=3&size=50&machine=cab001&empty=&done=added&lang=de");

        Assert.Equal(("pie", "sold", true, 3, 50), (view.Search, view.Sort, view.Descending, view.Page, view.Size));
        Assert.Equal("cab001", Assert.Single(view.Filters).Value);
        Assert.True(view.IsNarrowed);
        Assert.Equal("/panel/things?q=pie&machine=cab001&sort=-sold&size=50&page=3", view.With());
    }

    [Theory]
    [InlineData("?sort=password&page=0&size=5000&format=exe")]
    [InlineData("?sort=&page=-1&size=x")]
    [InlineData("?page=99999999999999999999&size=")]
    [InlineData("")]
    public void What_makes_no_sense_is_the_usual(string query)
    {
        var view = View(query);

        Assert.Equal(("name", false, 1, 25, null), (view.Sort, view.Descending, view.Page, view.Size, view.Format));
    }

    [Fact]
    public void Nothing_in_an_address_is_endless()
    {
        var filters = string.Concat(Enumerable.Range(0, 99).Select(n => $"&f{n}={new string('x', 999)}"));
        var view = View($"?page=100000&q={new string('y', 999)}{filters}");

        Assert.Equal((200, 100, 20), (view.Page, view.Search!.Length, view.Filters.Count));
        Assert.All(view.Filters.Values, value => Assert.Equal(200, value.Length));
    }

    [Fact]
    public void Another_order_begins_at_the_first_page_and_the_same_once_more_turns_it()
    {
        var view = View("?sort=name&page=7");

        Assert.Equal("/panel/things?sort=-name", view.SortedBy("name"));
        Assert.Equal("/panel/things?sort=sold", view.SortedBy("sold"));
        Assert.Equal("/panel/things?sort=name&page=8", view.With(page: 8));
        Assert.Equal("/panel/things?sort=name&format=csv", view.With(format: "csv"));
    }

    [Fact]
    public void Chosen_columns_are_kept_for_this_list_and_strange_names_are_dropped()
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/panel/things";
        context.Request.QueryString = new QueryString("?columns=name&columns=sold&columns=a%3Bb&columns=name");

        var view = ListView.From(context.Request, ["name"], "name");

        Assert.Equal(["name", "sold"], view.Columns);
        var cookie = context.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("automat_columns-panel-things=name.sold;", cookie, StringComparison.Ordinal);
        Assert.Contains("path=/panel/things;", cookie, StringComparison.Ordinal);
        var later = new DefaultHttpContext();
        later.Request.Path = "/panel/things";
        later.Request.Headers.Cookie = "automat_columns-panel-things=sold.name";
        Assert.Equal(["sold", "name"], ListView.From(later.Request, ["name"], "name").Columns);
    }

    [Fact]
    public void A_page_knows_whether_another_one_comes()
    {
        int[] rows = [.. Enumerable.Range(0, 25)];

        Assert.True(new ListPage<int>(rows, View("?page=2"), 51).HasMore);
        Assert.False(new ListPage<int>(rows, View("?page=2"), 50).HasMore);
        Assert.True(new ListPage<int>(rows, View("?page=2"), null).HasMore);
        Assert.False(new ListPage<int>(rows, View("?page=200"), null).HasMore);
    }

    [Fact]
    public async Task A_file_has_the_chosen_columns_and_runs_nothing()
    {
        Column<string>[] columns =
        [
            new("name", "Name", row => row), new("length", "Length", row => "") { Csv = row => row.Length },
            new("hidden", "Hidden", row => row) { Hidden = true }, new("badge", "Badge", row => builder => builder.AddContent(0, row)),
        ];

        Assert.Equal("\"Name\",\"Length\"\r\n\"'=1+1\",4\r\n\"pie, \"\"hot\"\"\",10\r\n", await FileAsync(View(""), columns));
        Assert.Equal("\"Hidden\"\r\n\"'=1+1\"\r\n\"pie, \"\"hot\"\"\"\r\n", await FileAsync(View("?columns=hidden"), columns));
    }

    private static async Task<string> FileAsync(ListView view, Column<string>[] columns)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await TableCsv.Result("things", view, columns, ["=1+1", "pie, \"hot\""]).ExecuteAsync(context);
        Assert.Equal("text/csv; charset=utf-8", context.Response.ContentType);
        body.Position = 0;
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static ListView View(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/panel/things";
        context.Request.QueryString = new QueryString(query);
        return ListView.From(context.Request, ["name", "sold"], "name");
    }
}
