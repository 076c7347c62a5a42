using System.Buffers.Text;
using System.Globalization;
using Automat.Domain;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Push;

/// <summary>What a push is about, in words.</summary>
/// <param name="Follow">Whom it is told through.</param>
/// <param name="Place">What the machine or place is called.</param>
/// <param name="Order">The order's number; null for none.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Token">The key to the customer's pages.</param>
internal sealed record PushSubject(Id<PushFollow> Follow, string Place, string? Order, string Currency, string Token);

/// <summary>Says news in the language of a device. Screens show it while they are locked: never a code.</summary>
internal sealed class PushWords(IStringLocalizer<Texts> texts)
{
    public PushContent Say(PushNews news, PushSubject subject, string language)
    {
        var reader = (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture);
        try
        {
            var culture = CultureInfo.GetCultureInfo(language);
            (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture) = (culture, culture);
            var what = subject.Order is { } number ? texts["Push.Order", number].Value : subject.Place;
            var (title, body) = Words(news, subject, what, new Amount(news.Minor, subject.Currency).ToString());
            return new PushContent(title, body, AddressOf(news.Topic, subject), TagOf(news.Topic, subject.Follow), culture.TwoLetterISOLanguageName);
        }
        finally
        {
            (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture) = reader;
        }
    }

    /// <summary>At most 32 characters of base64url, as push services want a topic. Money back stands beside the rest.</summary>
    public static string TagOf(PushTopic topic, Id<PushFollow> follow) =>
        Base64Url.EncodeToString(follow.Value.ToByteArray()) + (topic is PushTopic.Refund ? "-back" : "");

    private (string Title, string Body) Words(PushNews news, PushSubject subject, string what, string amount) => news.Topic switch
    {
        PushTopic.Code => Both("Push.CodeTitle", texts["Push.Code", what]),
        PushTopic.Paid => Both("Push.CodeTitle", texts["Push.Paid", what, amount]),
        PushTopic.Ready => Both("Push.ReadyTitle", texts["Push.Ready", what, subject.Place]),
        PushTopic.Delivered => Both("Push.DeliveredTitle", texts["Push.Delivered", what, amount]),
        PushTopic.NoCharge => Both("Push.NoChargeTitle", texts["Push.NoCharge", what]),
        PushTopic.Cancelled => Both("Push.CancelledTitle", texts["Push.Cancelled", what, amount]),
        PushTopic.NotCollected => Both("Push.NotCollectedTitle", texts["Push.NotCollected", what, amount]),
        PushTopic.Credited => Both("Push.NotCollectedTitle", texts["Push.Credited", what, amount]),
        PushTopic.Refund => Both("Push.RefundTitle", texts["Push.Refund", what, amount]),
    };

    private (string Title, string Body) Both(string title, string body) => (texts[title], body);

    private static string AddressOf(PushTopic topic, PushSubject subject)
    {
        var page = topic is PushTopic.Delivered or PushTopic.Refund ? "receipts" : subject.Order is null ? "vends" : "orders";
        return $"/{page}/{Uri.EscapeDataString(subject.Token)}";
    }
}
