using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Links that may be paid again and again.</summary>
internal static class PaymentLinks
{
    public static PaymentLink Create(ApiCall call)
    {
        var p = call.Params;
        p.Knows("line_items", "metadata", "after_completion", "payment_intent_data", "customer_creation", "currency",
            "payment_method_types", "submit_type", "allow_promotion_codes", "restrictions", "inactive_message",
            "billing_address_collection", "phone_number_collection", "automatic_tax", "custom_text");
        var link = new PaymentLink
        {
            Id = Ids.Of("plink"),
            AfterCompletion = After(p.Child("after_completion")),
            CustomerCreation = p.OneOf("customer_creation", "always", "if_required") ?? "if_required",
            InactiveMessage = p.Text("inactive_message", 500),
            Metadata = p.Metadata(),
            PaymentIntentData = p.Has("payment_intent_data") ? CheckoutSessions.IntentData(p) : null,
            PaymentMethodTypes = p.Words("payment_method_types") is { Count: > 0 } types ? types : null,
            Restrictions = LimitOf(p) is { } most ? new Restrictions(new CompletedSessions(0, most)) : null,
            SubmitType = p.OneOf("submit_type", "auto", "book", "donate", "pay") ?? "auto",
        };
        link.LineItems = LineItems.Read(call.Tx, p);
        link.Currency = link.LineItems[0].Currency;
        link.Url = $"{call.Settings.PublicUrl}/b/{link.Id}";
        call.Tx.Add(link);
        call.Tx.Emit("payment_link.created", link);
        return link;
    }

    public static PaymentLink Retrieve(ApiCall call) => call.Tx.Get<PaymentLink>(call.Id, "payment_link");

    public static PaymentLink Update(ApiCall call)
    {
        call.Params.Knows("active", "metadata", "after_completion", "inactive_message");
        var link = Retrieve(call);
        var active = call.Params.Flag("active");
        var after = call.Params.Child("after_completion");
        var completion = after is null ? link.AfterCompletion : After(after);
        call.Params.UpdateMetadata(link.Metadata);
        link.Active = active ?? link.Active;
        link.AfterCompletion = completion;
        link.InactiveMessage = call.Params.Text("inactive_message", 500) ?? link.InactiveMessage;
        call.Tx.Touch(link);
        call.Tx.Emit("payment_link.updated", link);
        return link;
    }

    public static StripeList<PaymentLink> List(ApiCall call)
    {
        var active = call.Params.Flag("active");
        return Listing.Page<PaymentLink>(call, "/v1/payment_links", link => active is null || link.Active == active);
    }

    public static StripeList<LineItem> ListLineItems(ApiCall call) =>
        Listing.Page(call, $"/v1/payment_links/{call.Id}/line_items", Retrieve(call).LineItems);

    /// <summary>Somebody opened the link: a fresh session with the link's goods and metadata.</summary>
    /// <returns>Null when the link takes no more payments.</returns>
    public static CheckoutSession? Visit(ApiCall call, PaymentLink link)
    {
        if (!link.Active) return null;
        if (link.Restrictions is { } most && most.CompletedSessions.Count >= most.CompletedSessions.Limit) return null;
        var reference = call.Params.Text("client_reference_id", 200);
        return CheckoutSessions.Open(call, new CheckoutSession
        {
            Id = Ids.Session(),
            ClientReferenceId = reference,
            CustomerCreation = link.CustomerCreation,
            CustomerEmail = call.Params.Text("prefilled_email", 800),
            ExpiresAt = call.Tx.Now + (long)Limits.SessionLife.TotalSeconds,
            IntentData = link.PaymentIntentData ?? new IntentTemplate(),
            LineItems = LineItems.Copy(link.LineItems),
            Locale = "auto",
            Metadata = new Dictionary<string, string>(link.Metadata),
            PaymentLink = link.Id,
            PaymentMethodCollection = link.PaymentMethodCollection,
            PaymentMethodTypes = link.PaymentMethodTypes ?? ["card"],
            SubmitType = link.SubmitType,
            SuccessUrl = link.AfterCompletion.Redirect?.Url ?? $"{call.Settings.PublicUrl}/c/done",
        });
    }

    private static long? LimitOf(StripeParams p) =>
        p.Child("restrictions")?.Child("completed_sessions")?.Amount("limit");

    private static AfterCompletion After(StripeParams? given)
    {
        if (given is null) return new AfterCompletion();
        var type = given.OneOf("type", "hosted_confirmation", "redirect")
            ?? throw StripeException.Missing("after_completion[type]");
        if (type == "hosted_confirmation")
        {
            return new AfterCompletion
            {
                HostedConfirmation = new HostedConfirmation(
                    given.Child("hosted_confirmation")?.Text("custom_message", 500)),
            };
        }
        var url = given.Child("redirect")?.Address("url")
            ?? throw StripeException.Missing("after_completion[redirect][url]");
        return new AfterCompletion { Type = type, HostedConfirmation = null, Redirect = new Redirect(url) };
    }
}
