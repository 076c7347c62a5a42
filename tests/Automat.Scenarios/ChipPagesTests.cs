using System.Text;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Chips as pages: handed out, found, limited, locked, topped up, replaced, many at once; never a UID on any of them.</summary>
public sealed class ChipPagesTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-01")]
    [Trait("Accepts", "S2-02")]
    [Trait("Accepts", "S2-05")]
    public async Task A_chip_lives_on_its_page_from_the_first_day_to_the_one_that_takes_its_place()
    {
        using var staff = await OperatorAsync();
        const string Uid = "04AABBCCDD1190";
        const string Other = "04AABBCCDD2290";

        var twice = await staff.SendAsync("/panel/chips/new", "/panel/chips/new", ("uid", "no uid"), ("label", "Desk 1"));
        var made = await staff.SendAsync("/panel/chips/new", "/panel/chips/new", ("uid", Uid), ("label", "Desk 1"), ("holder", "Mira Sol"));
        var chip = made.Location!.Split('?')[0];
        var taken = await staff.SendAsync("/panel/chips/new", "/panel/chips/new", ("uid", Uid));
        var key = Guid.CreateVersion7().ToString();
        var paid = await staff.SendAsync(chip, chip + "/top-up", ("amount", "12.50"), ("source", "desk"), ("key", key));
        await staff.SendAsync(chip, chip + "/top-up", ("amount", "12.50"), ("source", "desk"), ("key", key)); // sent twice, booked once
        var wrong = await staff.SendAsync(chip, chip + "/top-up", ("amount", "lots"), ("source", "desk"));
        await staff.SendAsync(chip, chip + "/limits", ("day_amount", "5"), ("week_vends", "10"), ("locks", "alcohol: proof_of_age"));
        var limits = await staff.SendAsync(chip, chip + "/limits", ("day_amount", "5"), ("locks", "alcohol: sometimes"));
        await staff.SendAsync(chip, chip + "/facts", ("label", "Desk 2"), ("holder", "Mira Sol"), ("employee", "true"));
        await staff.SendAsync(chip, chip + "/state", ("state", "locked"), ("reason", "left on a table"));
        var shown = await staff.OpenAsync(chip);
        var replaced = await staff.SendAsync(chip, chip + "/replacement", ("uid", Other), ("reason", "lost"));
        var old = await staff.OpenAsync(chip);
        var fresh = await staff.OpenAsync(replaced.Location!);

        Assert.Equal(422, twice.Status);
        Assert.Equal(409, taken.Status);
        Assert.EndsWith("done=topped_up", paid.Location, StringComparison.Ordinal);
        Assert.Equal((422, 422), (wrong.Status, limits.Status));
        foreach (var word in new[] { "€12.50", "Desk 2", "Mira Sol", "Locked", "left on a table", "alcohol: proof_of_age", "value=\"5\"", "value=\"10\"" })
        {
            Assert.Contains(word, shown.Text, StringComparison.Ordinal);
        }

        Assert.Contains("Another chip took its place", old.Text, StringComparison.Ordinal);
        Assert.Contains("€12.50", fresh.Text, StringComparison.Ordinal);
        Assert.All([shown, old, fresh, twice, taken], page =>
        {
            Assert.DoesNotContain(Uid, page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Other, page.Text, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    [Trait("Accepts", "S2-04")]
    public async Task Chips_are_listed_found_and_changed_many_at_once_after_a_look()
    {
        using var staff = await OperatorAsync();
        var file = Encoding.UTF8.GetBytes("uid,label,reference,holder\r\n04AA01BB02CC31,Bulk A,B-1,Ana Ruiz\r\n04AA01BB02CC32,Bulk B,B-2,\r\n");

        var sent = await staff.UploadAsync("/panel/chips/jobs", "/panel/chips/jobs/import", file);
        var looked = await staff.OpenAsync(sent.Location!);
        var nothing = await staff.OpenAsync("/panel/chips?q=Bulk+A");
        await ConfirmAsync(staff, sent.Location!);
        await DoneAsync(staff, sent.Location!);
        var found = await staff.OpenAsync("/panel/chips?q=ana+ruiz");
        var csv = await staff.OpenAsync("/panel/chips?q=Bulk&format=csv");
        var bad = await staff.UploadAsync("/panel/chips/jobs", "/panel/chips/jobs/import", "name\r\nx\r\n"u8.ToArray());
        var all = await staff.SendAsync("/panel/chips/jobs", "/panel/chips/jobs", ("action", "lock"));
        var one = await staff.SendAsync("/panel/chips/jobs", "/panel/chips/jobs", ("action", "lock"), ("reference", "B-2"), ("reason", "audit"));
        await ConfirmAsync(staff, one.Location!);
        await DoneAsync(staff, one.Location!);
        var locked = await staff.OpenAsync("/panel/chips?state=locked&q=Bulk");

        Assert.Contains("Looked at, nothing done", looked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("04AA01BB02CC31", looked.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(">Bulk A<", nothing.Text, StringComparison.Ordinal);
        Assert.Contains("Bulk A", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bulk B", found.Text, StringComparison.Ordinal);
        Assert.Contains("\"Bulk B\"", csv.Text, StringComparison.Ordinal);
        Assert.Equal((422, 422), (bad.Status, all.Status)); // nobody locks everything by leaving something out
        Assert.Contains("Bulk B", locked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bulk A", locked.Text, StringComparison.Ordinal);
    }

    private static async Task ConfirmAsync(Visitor staff, string job)
    {
        var page = (await staff.OpenAsync(job)).Text;
        const string Before = "name=\"confirm\" value=\"";
        var at = page.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        await staff.SendAsync(job, job + "/run", ("confirm", page[at..page.IndexOf('"', at)]));
    }

    private static Task<string> DoneAsync(Visitor staff, string job) => TestApp.EventuallyAsync(
        async () => (await staff.OpenAsync(job)).Text, text => text.Contains("data-headline>Done", StringComparison.Ordinal));

    private async Task<Visitor> OperatorAsync()
    {
        var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);
        return staff;
    }
}
