using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Many chips at once: looked at first, done at somebody's word, each in the log.</summary>
[Trait("Accepts", "S2-04")]
public sealed class ChipBulkTests(AuditedApp shared) : IClassFixture<AuditedApp>
{
    private const string Header = "uid,label,reference,holder,holder_email,group,employee,free_vend,proof_of_age,top_up\r\n";

    private readonly TestApp app = shared.App;

    [Fact]
    public async Task A_file_is_looked_at_first_and_done_at_somebodys_word_once()
    {
        var uids = Uids(3);
        var file = Header + $"{uids[0]},A,P-1,Erika,erika@example.org,,yes,no,no,500\r\n{uids[1]},B,,,,,,,,\r\n{uids[2]},C,,,,,0,0,1,250\r\n";

        var job = await ImportAsync(Encoding.UTF8.GetBytes(file));
        var nothing = await app.CallAsync(HttpMethod.Get, "/api/v1/chips?reference=P-1");
        var unconfirmed = await app.CallAsync(HttpMethod.Post, $"/api/v1/chips/jobs/{Id(job)}/run", new { confirm = "3-00000000" });
        await RunAsync(job);
        var done = await DoneAsync(job);
        var again = await ImportAsync(Encoding.UTF8.GetBytes(file));

        Assert.Equal((3, 0, "checked"), (Number(job, "waiting"), Number(job, "wrong"), job.GetProperty("state").GetString()));
        Assert.Empty(nothing.Body.GetProperty("items").EnumerateArray());
        Assert.Equal("confirm_mismatch", unconfirmed.Body.GetProperty("code").GetString());
        Assert.Equal((0, 3), (Number(done, "waiting"), Number(done, "done")));
        Assert.Equal((0, 3), (Number(again, "waiting"), Number(again, "unchanged")));
        var chip = Assert.Single((await app.CallAsync(HttpMethod.Get, "/api/v1/chips?reference=P-1")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(("A", "Erika", 500), (chip.GetProperty("label").GetString(), chip.GetProperty("holder").GetString(), Number(chip, "balance")));
        Assert.True(chip.GetProperty("flags").GetProperty("employee").GetBoolean());
        var rows = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/jobs/{Id(job)}/rows")).Body.GetProperty("items");
        foreach (var row in rows.EnumerateArray())
        {
            var events = (await app.CallAsync(HttpMethod.Get, $"/api/v1/audit?subject=chip/{row.GetProperty("chip").GetString()}&action=chip.issued")).Body;
            Assert.Single(events.GetProperty("items").EnumerateArray());
        }

        await app.VerifyBooksAsync();
    }

    [Theory]
    [InlineData("utf-8", ',', false)]
    [InlineData("utf-8", ';', true)]
    [InlineData("utf-16", '\t', true)]
    [InlineData("utf-16BE", ';', true)]
    [InlineData("utf-16", ',', false)]
    [InlineData("iso-8859-1", ';', false)]
    public async Task However_a_spreadsheet_writes_it_the_file_is_read(string encoding, char separator, bool mark)
    {
        var uid = Uids(1)[0];
        var text = $"UID{separator}Label{separator}Reference\n{uid}{separator}\"Müller, \"\"Süd\"\"; 2\nZeile\"{separator}{uid}\n";
        var encoder = Encoding.GetEncoding(encoding);
        byte[] file = [.. mark ? encoder.GetPreamble() : [], .. encoder.GetBytes(text)];

        // A line break inside a field is no label; the row says so by line and column.
        var job = await ImportAsync(file);
        var row = Assert.Single((await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/jobs/{Id(job)}/rows?fate=wrong")).Body.GetProperty("items").EnumerateArray());
        var mended = await ImportAsync([.. mark ? encoder.GetPreamble() : [], .. encoder.GetBytes(text.Replace("\nZeile", " Zeile", StringComparison.Ordinal))]);
        await RunAsync(mended);
        await DoneAsync(mended);

        Assert.Equal((2, "label"), (row.GetProperty("line").GetInt32(), row.GetProperty("column").GetString()));
        var chip = Assert.Single((await app.CallAsync(HttpMethod.Get, $"/api/v1/chips?reference={uid}")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal("Müller, \"Süd\"; 2 Zeile", chip.GetProperty("label").GetString());
    }

    [Fact]
    public async Task Wrong_rows_are_named_by_line_and_column_and_nothing_of_the_file_is_done()
    {
        var uids = Uids(2);
        var file = Header + $"{uids[0]},A,,,,,,,,\n{uids[0]},same,,,,,,,,\nxyz,B,,,,,,,,\n{uids[1]},C,,,no-address,,,,,\n"
            + $"{Uids(1)[0]},D,,,,Nobody,,,,\n{Uids(1)[0]},E,,,,,maybe,,,\n{Uids(1)[0]},F,,,,,,,,1.50\n";

        var job = await ImportAsync(Encoding.UTF8.GetBytes(file));
        var run = await app.CallAsync(HttpMethod.Post, $"/api/v1/chips/jobs/{Id(job)}/run", new { confirm = job.GetProperty("confirm").GetString() });

        Assert.Equal("rows_wrong", run.Body.GetProperty("code").GetString());
        var rows = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/jobs/{Id(job)}/rows?fate=wrong")).Body.GetProperty("items").EnumerateArray();
        Assert.Equal(
            [(3, "uid"), (4, "uid"), (5, "holder_email"), (6, "group"), (7, "employee"), (8, "top_up")],
            rows.Select(r => (r.GetProperty("line").GetInt32(), r.GetProperty("column").GetString()!)));
        Assert.Equal("csv_invalid", (await ImportAsync("uid,colour\n"u8.ToArray())).GetProperty("code").GetString());
        Assert.Equal("csv_invalid", (await ImportAsync("label\nx\n"u8.ToArray())).GetProperty("code").GetString());
        Assert.Equal("csv_invalid", (await ImportAsync("uid\n\"never closed\n"u8.ToArray())).GetProperty("code").GetString());
        Assert.Equal("csv_empty", (await ImportAsync([])).GetProperty("code").GetString());
    }

    [Fact]
    [Trait("Accepts", "S2-05")]
    public async Task A_file_that_waits_holds_no_uid_and_forgets_its_people_when_it_is_cancelled()
    {
        var uid = Uids(1)[0];
        var job = await ImportAsync(Encoding.UTF8.GetBytes($"uid,holder,holder_email\n{uid},Wanda Wartend,wanda@example.org\n"));

        var waiting = await RowsAsync(job);
        var people = (Automat.Server.Privacy.PersonalData)app.Services.GetService(typeof(Automat.Server.Privacy.PersonalData))!;
        var export = await people.ExportAsync(new Automat.Server.Privacy.DataSubject(null, "wanda@example.org", null), default);
        await app.CallAsync(HttpMethod.Post, $"/api/v1/chips/jobs/{Id(job)}/cancellation");
        var cancelled = await RowsAsync(job);
        var run = await app.CallAsync(HttpMethod.Post, $"/api/v1/chips/jobs/{Id(job)}/run", new { confirm = job.GetProperty("confirm").GetString() });

        Assert.Contains("Wanda", waiting, StringComparison.Ordinal);
        Assert.Contains("Wanda Wartend", JsonDocument.Parse(export).RootElement.GetProperty("chips").GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(uid, waiting, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("anda", cancelled, StringComparison.Ordinal);
        Assert.Equal("job_cancelled", run.Body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Many_are_locked_unlocked_topped_up_and_retired_each_with_an_event_of_its_own()
    {
        await app.CallAsync(HttpMethod.Put, "/api/v1/chips/groups", new { name = "Class 7b" });
        var chips = new List<TestChip>();
        for (var i = 0; i < 5; i++)
        {
            chips.Add(await app.GivenChipAsync(100));
            await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chips[i].Id}", new { group = "Class 7b" });
        }

        await DoAsync(new { action = "top_up", group = "Class 7b", amount = 50, reason = "trip" }, 5);
        await DoAsync(new { action = "lock", group = "Class 7b", reason = "holidays" }, 5);
        var again = await CreateAsync(new { action = "lock", group = "Class 7b" });
        await DoAsync(new { action = "unlock", chips = chips.Take(2).Select(c => c.Id) }, 2);
        await DoAsync(new { action = "retire", group = "Class 7b", state = "locked", reason = "left school" }, 3);
        var everything = await app.CallAsync(HttpMethod.Post, "/api/v1/chips/jobs", new { action = "retire" });

        Assert.Equal((0, 5), (Number(again, "waiting"), Number(again, "unchanged")));
        Assert.Equal("bulk_invalid", everything.Body.GetProperty("code").GetString());
        Assert.All(await Task.WhenAll(chips.Select(app.CreditAsync)), credit => Assert.Equal(150, credit));
        var states = new List<string>();
        foreach (var chip in chips)
        {
            states.Add((await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/{chip.Id}")).Body.GetProperty("state").GetString()!);
            var events = (await app.CallAsync(HttpMethod.Get, $"/api/v1/audit?subject=chip/{chip.Id}")).Body.GetProperty("items").EnumerateArray()
                .Select(e => e.GetProperty("action").GetString()).ToList();
            Assert.Equal(2, events.Count(e => e == "chip.topped_up"));
            Assert.Single(events, "chip.locked");
        }

        Assert.Equal(["active", "active", "retired", "retired", "retired"], states);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task All_chips_are_exported_without_uids_and_no_cell_is_a_formula()
    {
        var uid = Uids(1)[0];
        await app.CallAsync(HttpMethod.Post, "/api/v1/chips", new { uid, label = "=cmd()", reference = "x;\"y\"", holder = "Ö" });

        var csv = await app.StaffAsync(HttpMethod.Get, "/api/v1/chips/export");

        var line = Assert.Single(csv.Split("\r\n"), l => l.Contains("cmd()", StringComparison.Ordinal));
        Assert.Contains(",'=cmd(),\"x;\"\"y\"\"\",Ö,", line, StringComparison.Ordinal);
        Assert.DoesNotContain(uid, csv, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_large_file_goes_through_shows_how_far_it_is_and_can_be_ended_on_the_way()
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("AUTOMAT_BULK_ROWS"), out var more) ? more : 2_000;
        var file = new StringBuilder("uid;reference\n");
        foreach (var uid in Uids(rows)) file.Append(uid).Append(";large\n");
        var job = await ImportAsync(Encoding.UTF8.GetBytes(file.ToString()));
        await RunAsync(job);
        var under = await TestApp.EventuallyAsync(
            () => app.CallAsync(HttpMethod.Get, $"/api/v1/chips/jobs/{Id(job)}"), j => Number(j.Body, "done") > 0, TimeSpan.FromMinutes(2));

        var ended = await app.CallAsync(HttpMethod.Post, $"/api/v1/chips/jobs/{Id(job)}/cancellation");
        var again = await ImportAsync(Encoding.UTF8.GetBytes(file.ToString()));
        await RunAsync(again);
        var done = await DoneAsync(again);

        Assert.Equal((rows, 0), (Number(job, "waiting"), Number(job, "wrong")));
        Assert.True(Number(under.Body, "waiting") + Number(under.Body, "done") == rows, under.Body.ToString());
        Assert.True(ended.Body.GetProperty("state").GetString() == "cancelled" || ended.Body.GetProperty("code").GetString() == "job_done", ended.Body.ToString());
        // What the ended one had done is there; the rest is done now, and everything once. What the ended one was still at
        // when the file was looked at again is there already when its turn comes.
        var refused = (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/jobs/{Id(again)}/rows?fate=refused")).Body.GetProperty("items");
        Assert.All(refused.EnumerateArray(), r => Assert.Contains("registered already", r.ToString(), StringComparison.Ordinal));
        Assert.Equal(rows, Number(done, "done") + Number(done, "unchanged") + Number(done, "refused"));
        Assert.Equal(rows, await app.QueryAsync(db => db.Set<Automat.Server.Chips.Chip>().CountAsync(c => c.Reference == "large")));
    }

    private static List<string> Uids(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(7)))];

    private static string Id(JsonElement job) => job.GetProperty("id").GetString()!;

    private static long Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();

    private async Task<JsonElement> ImportAsync(byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/chips/jobs/import");
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        request.Content = new ByteArrayContent(file);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await app.Client.SendAsync(request);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> CreateAsync(object body)
    {
        var (status, job, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/chips/jobs", body);
        Assert.True(status is HttpStatusCode.Created, job.ToString());
        return job;
    }

    private async Task RunAsync(JsonElement job)
    {
        var (status, body, _) = await app.CallAsync(
            HttpMethod.Post, $"/api/v1/chips/jobs/{Id(job)}/run", new { confirm = job.GetProperty("confirm").GetString() });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
    }

    private async Task<JsonElement> DoneAsync(JsonElement job) => (await TestApp.EventuallyAsync(
        () => app.CallAsync(HttpMethod.Get, $"/api/v1/chips/jobs/{Id(job)}"), j => j.Body.GetProperty("state").GetString() == "done",
        TimeSpan.FromMinutes(2))).Body;

    private async Task DoAsync(object body, int chips)
    {
        var job = await CreateAsync(body);
        Assert.Equal(chips, Number(job, "waiting"));
        await RunAsync(job);
        Assert.Equal(chips, Number(await DoneAsync(job), "done"));
    }

    private async Task<string> RowsAsync(JsonElement job) => string.Join('\n', await app.QueryAsync(db => db.Database.SqlQuery<string>(
        $"select r::text as \"Value\" from chip_job_rows r where job_id::text = {Id(job).ToString()}").ToListAsync()));
}
