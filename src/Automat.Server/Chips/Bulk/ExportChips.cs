using System.Globalization;
using System.Security.Claims;
using System.Text;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Bulk;

/// <summary>Writes all chips as CSV, UTF-8, page by page, once the ledger their balances come from is verified. Without UIDs: nobody has them.</summary>
internal static class ExportChips
{
    private const int BatchSize = 500;

    private static readonly string[] Columns =
    [
        "chip", "state", "label", "reference", "holder", "holder_email", "group", "employee", "free_vend", "proof_of_age", "balance",
        "held", "credit_line", "currency", "issued_at",
    ];

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapGet("/export", async (
            string? state, string? group, AutomatDb db, ChipReader reader, VerifiedExports exports, ClaimsPrincipal caller, HttpContext http,
            CancellationToken ct) =>
        {
            var query = ListChips.Of(db, caller.OrganizationOf(), new ChipFilter(state, null, group));
            using var verified = await exports.BeginAsync(caller.OrganizationOf(), ct);
            db.Note(caller.OrganizationOf(), "chips.exported", "chip", "all");
            await db.SaveChangesAsync(ct);
            http.Response.ContentType = "text/csv; charset=utf-8";
            http.Response.Headers.ContentDisposition = "attachment; filename=\"chips.csv\"";
            http.Response.Headers.CacheControl = "no-store";
            await using var output = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
            await output.WriteAsync(string.Join(',', Columns) + "\r\n");
            Guid last = default;
            while (true)
            {
                var page = await query.Where(c => (Guid)(object)c.Id > last).OrderBy(c => c.Id).Take(BatchSize).ToListAsync(ct);
                foreach (var chip in await reader.AllAsync(caller.OrganizationOf(), page, ct)) await output.WriteAsync(Line(chip));
                if (page.Count < BatchSize) return;
                last = page[^1].Id.Value;
            }
        })
        .RequirePermission(Permission.ChipRead)
        .WithName(nameof(ExportChips)).WithSummary("All chips as CSV, without UIDs");

    private static string Line(ChipAnswer chip) => string.Join(
        ',',
        new[]
        {
            chip.Id.ToString(), chip.State, chip.Label, chip.Reference, chip.Holder, chip.HolderEmail, chip.Group,
            Word(chip.Flags.Employee), Word(chip.Flags.FreeVend), Word(chip.Flags.ProofOfAge),
        }.Select(CsvText.Field)
        .Concat(
        [
            chip.Balance.ToString(CultureInfo.InvariantCulture), chip.Held.ToString(CultureInfo.InvariantCulture),
            chip.CreditLine.ToString(CultureInfo.InvariantCulture), chip.Currency, chip.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
        ])) + "\r\n";

    private static string Word(bool? flag) => flag is true ? "yes" : "no";
}
