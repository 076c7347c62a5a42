using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Fridges.Own;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Privacy;

namespace Automat.Server.Fridges;

/// <summary>The front door of fridges for programs: the addresses and answers existing clients know.</summary>
public static class FridgesModule
{
    /// <summary>Adds saved cards and unlocking.</summary>
    public static IServiceCollection AddFridges(this IServiceCollection services) => services
        .AddSingleton<ITables, FridgeTables>().AddPersonalData<SavedCardTraces>().AddScoped<SavePayment>().AddScoped<UnlockFridge>()
        .AddScoped<KeepCard>().AddScoped<RemoveCard>().AddScoped<OwnCards>().AddScoped<OwnCardPages>()
        .AddScoped<IPaymentTaker, KeptCards>().AddScoped<ICustomerLeaves>(own => own.GetRequiredService<RemoveCard>())
        .AddHostedService<SweepCards>();

    /// <summary>Maps them.</summary>
    public static void MapFridges(this IEndpointRouteBuilder routes)
    {
        OwnCardPages.Map(routes);
        routes.MapPost("/unlock", (UnlockRequest? request, UnlockFridge unlock, ClaimsPrincipal caller, CancellationToken ct) =>
            AnswerAsync(async () =>
            {
                var (id, vend) = await unlock.RunAsync(caller, request ?? new UnlockRequest(null, null, null), ct);
                return new { status = "success", transaction_id = id, vend = vend.Id.Value };
            }))
            .RequirePermission(Permission.FridgeUnlock).DisableAntiforgery().RequireRateLimiting(RateLimits.Buying)
            .WithName(nameof(UnlockFridge)).WithSummary("Hold money on the saved card and open a fridge");
        routes.MapPost("/save-payment", (SavePaymentRequest? request, SavePayment save, ClaimsPrincipal caller, CancellationToken ct) =>
            AnswerAsync(async () => new { status = "success", customer_id = await save.RunAsync(caller, request ?? new SavePaymentRequest(null), ct) }))
            .RequirePermission(Permission.FridgeUnlock).DisableAntiforgery().RequireRateLimiting(RateLimits.Buying)
            .WithName(nameof(SavePayment)).WithSummary("Keep a card for later visits");
    }

    /// <summary>Existing clients read <c>message</c> at the top or inside <c>detail</c>; both say the same.</summary>
    private static async Task<IResult> AnswerAsync(Func<Task<object>> work)
    {
        try
        {
            return Results.Json(await work());
        }
        catch (RuleException rule)
        {
            return Refused(StatusOf(rule.Code), rule.Code, rule.Message);
        }
        catch (ProviderRefusedException refused)
        {
            return Refused(StatusCodes.Status400BadRequest, "provider_refused", refused.Message);
        }
        catch (ProviderException)
        {
            return Refused(
                StatusCodes.Status503ServiceUnavailable, "provider_unavailable",
                "The payment provider does not answer right now. Repeat the same request in a while.");
        }
    }

    private static int StatusOf(string code) => code switch
    {
        "journal_full" or "shutting_down" or "database_unreachable" => StatusCodes.Status503ServiceUnavailable,
        "id_invalid" or "payment_method_missing" or "machine_missing" => StatusCodes.Status400BadRequest,
        _ when code.EndsWith("_unknown", StringComparison.Ordinal) => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status409Conflict,
    };

    private static IResult Refused(int status, string code, string message) => Results.Json(
        new { status = "error", message, code, detail = new { status = "error", message } }, statusCode: status);
}
