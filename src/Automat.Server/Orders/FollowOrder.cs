using System.Globalization;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Orders;

/// <summary>
/// Notes the state an order has come to, and tells its customer, in one save: a state is told once, by whichever node noted it.
/// </summary>
internal sealed class FollowOrder(
    AutomatDb db, OrderBook book, MailOutbox mails, IStringLocalizer<Texts> texts, PublicAddress address, IServer server,
    CustomerBook customers, TimeProvider clock)
{
    public async Task RunAsync(Id<Organization> organization, Id<Order> id, CancellationToken ct)
    {
        if (await book.FindAsync(organization, id, ct) is not { } found || found.State == found.Order.State) return;
        var (before, now) = (found.Order.State, clock.GetUtcNow().ToUniversalTime());
        var ended = OrderLife.IsEnd(found.State) ? now : (DateTimeOffset?)null;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var mine = await db.Set<Order>().Where(o => o.Id == id && o.State == before).ExecuteUpdateAsync(
            set => set.SetProperty(o => o.State, found.State).SetProperty(o => o.ClosedAt, ended), ct);
        if (mine == 0) return;
        var wanted = await customers.MailsOfAsync(found.Order.CustomerId, ct);
        if (found.Sale.Purchase.Email is { } email && IsWanted(found.State, before, wanted)
            && book.TokenOf(found.Order) is { } token && MailOf(found, before, token) is { } mail)
        {
            mails.Add(organization, email, mail);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>What brings the code, or money back, is always told.</summary>
    private static bool IsWanted(OrderState state, OrderState before, MailWishes wanted) => state switch
    {
        OrderState.Ready when before is not OrderState.AwaitingPayment => wanted.Ready,
        OrderState.Collected => wanted.Collected,
        _ => true,
    };

    private MailText? MailOf(FoundOrder found, OrderState before, string token)
    {
        var reader = (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture);
        try
        {
            var language = CultureInfo.GetCultureInfo(found.Order.Language);
            (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture) = (language, language);
            return Say(found, before, token);
        }
        finally
        {
            (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture) = reader;
        }
    }

    private MailText? Say(FoundOrder found, OrderState before, string token)
    {
        var (number, place) = (found.Order.Number, found.Place.Name);
        var amount = new Amount(found.Sale.Vend?.Amount.Amount ?? 0, found.Sale.Purchase.Currency.Code);
        var link = $"{address.ForMails(server)}/orders/{token}";
        var until = found.Sale.Vend is { } vend
            ? PlaceTime.Of(vend.Deadline, found.Place).ToString(texts["Format.Moment"], CultureInfo.CurrentCulture)
            : "";
        var code = found.Sale.Vend?.Code ?? "";
        return found.State switch
        {
            OrderState.Paid => Mail("Mail.PaidSubject", [
                texts["Mail.Paid", amount], texts["Mail.Preparing", place], texts["Mail.Code", code, until], texts["Mail.Rule"],
            ]),
            OrderState.Ready when before is OrderState.AwaitingPayment => Mail("Mail.PaidSubject", [
                texts["Mail.Paid", amount], texts["Mail.Ready", place], texts["Mail.Code", code, until], texts["Mail.Rule"],
            ]),
            OrderState.Ready => Mail("Mail.ReadySubject", [
                texts["Mail.Ready", place], texts["Mail.Code", code, until], texts["Mail.Rule"],
            ]),
            OrderState.Collected => Mail("Mail.CollectedSubject", [texts["Mail.Collected", place], texts["Mail.Receipt"]]),
            OrderState.NotCollected => Mail("Mail.NotCollectedSubject", [texts["Mail.NotCollected", place], texts["Mail.Back", amount]]),
            OrderState.Cancelled when found.Sale.Vend is not null => Mail("Mail.CancelledSubject", [
                texts["Mail.Cancelled"], texts["Mail.Back", amount],
            ]),
            // Who did not pay knows it.
            OrderState.Cancelled or OrderState.NotPaid or OrderState.AwaitingPayment or OrderState.Refunded => null,
        };

        MailText Mail(string subject, IReadOnlyList<string> sentences) => new(texts[subject, number], sentences, texts["Mail.Link"], link);
    }
}
