using System.Globalization;
using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Refunds;
using Automat.Server.Storefront;
using Automat.Server.Vends;

namespace Automat.Server.Counter;

/// <summary>A customer says that something went wrong; the token of their purchase is the only key.</summary>
internal sealed class ClaimPages(Sales sales, MachineDirectory machines, FileClaim claims)
{
    private const string Address = "/vends/{token}/claim";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string token, ClaimPages pages, HttpContext context, CancellationToken ct) => pages.ShowAsync(token, context, ct))
            .IsPublic("the token of one's own purchase opens it").RequireRateLimiting(RateLimits.Guessing).WithName("Claim");
        routes.MapForm(Address, (string token, ClaimPages pages, HttpContext context, CancellationToken ct) => pages.FileAsync(token, context, ct))
            .IsPublic("the token of one's own purchase opens it").RequireRateLimiting(RateLimits.Claiming).WithName(nameof(FileClaim));
    }

    private async Task<IResult> ShowAsync(string token, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return await sales.FindAsync(token, ct) is { } sale
            ? Pages.Show<ClaimPage>(await ViewAsync(token, sale, ct))
            : MachinePages.Missing();
    }

    private async Task<IResult> FileAsync(string token, HttpContext context, CancellationToken ct)
    {
        if (await sales.FindAsync(token, ct) is not { } sale) return MachinePages.Missing();
        var form = await context.Request.ReadFormAsync(ct);
        var (text, email) = (Written(form["text"]), Written(form["email"]));
        var choice = Enum.TryParse<ClaimChoice>(form["kind"], out var named) && Enum.IsDefined(named) ? named : (ClaimChoice?)null;
        try
        {
            if (choice is not { } chosen)
            {
                throw new FieldsException("claim_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = "Say what went wrong." });
            }

            await claims.RunAsync(
                sale, new Complaint(KindOf(chosen), text, email, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName), ct);
            return context.SeeOther($"/vends/{Uri.EscapeDataString(token)}/claim");
        }
        catch (FieldsException wrong)
        {
            return Pages.Show<ClaimPage>(
                await ViewAsync(token, sale, ct) with { Wrong = [.. wrong.Errors.Keys], Choice = choice, Text = text, Email = email },
                StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code.StartsWith("claim_", StringComparison.Ordinal))
        {
            // The page says by itself why there is nothing to claim.
            return Pages.Show<ClaimPage>(await ViewAsync(token, sale, ct), StatusCodes.Status409Conflict);
        }
    }

    private async Task<ClaimPageView> ViewAsync(string token, Sale sale, CancellationToken ct)
    {
        var machine = await machines.GetAsync(sale.Purchase.MachineId, ct);
        var filed = sale.Vend is { } vend ? await claims.FindAsync(vend.Id, ct) : null;
        return new ClaimPageView(token, machine.Name, filed is null ? await StageOfAsync(sale, ct) : StageOf(filed))
        {
            Amount = filed is { Status: ClaimStatus.Refunded } ? new Amount(filed.Amount, sale.Purchase.Currency.Code) : null,
            Answer = filed?.Answer,
            LongestText = FileClaim.LongestText,
        };
    }

    private async Task<ClaimStage> StageOfAsync(Sale sale, CancellationToken ct) => sale.Vend switch
    {
        null or { Status: VendStatus.Reserved or VendStatus.Delivering } => ClaimStage.TooEarly,
        var vend when await claims.IsOpenForAsync(vend, ct) => ClaimStage.Open,
        { Status: VendStatus.Cancelled or VendStatus.Refunded } => ClaimStage.NothingLeft,
        var vend when vend.Delivered <= vend.Refunded => ClaimStage.NothingLeft,
        _ => ClaimStage.TooLate,
    };

    private static ClaimStage StageOf(ClaimState claim) => claim.Status switch
    {
        ClaimStatus.Waiting => ClaimStage.Waiting,
        ClaimStatus.Refunded => ClaimStage.Refunded,
        ClaimStatus.Declined => ClaimStage.Declined,
    };

    private static ClaimKind KindOf(ClaimChoice choice) => choice switch
    {
        ClaimChoice.NothingCameOut => ClaimKind.NothingCameOut,
        ClaimChoice.WrongProduct => ClaimKind.WrongProduct,
        ClaimChoice.Damaged => ClaimKind.Damaged,
    };

    private static string? Written(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
