using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>The API of payment intents: hold, confirm, capture, cancel.</summary>
internal static class PaymentIntents
{
    public static PaymentIntent Create(ApiCall call)
    {
        var p = call.Params;
        p.Knows("amount", "currency", "automatic_payment_methods", "capture_method", "confirm", "confirmation_method",
            "customer", "description", "metadata", "off_session", "payment_method", "payment_method_types",
            "payment_method_data", "payment_method_options", "receipt_email", "return_url", "setup_future_usage",
            "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
            "error_on_requires_action",
            "use_stripe_sdk");
        var amount = p.Amount("amount") ?? throw StripeException.Missing("amount");
        var currency = Currencies.Required(p);
        CheckLeast(call.Settings, amount, currency);
        var customer = call.Tx.Referred<Customer>(p, "customer", "customer");
        var method = PaymentMethods.Referred(call.Tx, p);
        var confirm = p.Flag("confirm") ?? false;
        var intent = new PaymentIntent
        {
            Amount = amount,
            AutomaticPaymentMethods = AutomaticMethods(p),
            CaptureMethod = CaptureOf(p),
            ConfirmationMethod = p.OneOf("confirmation_method", "automatic", "manual") ?? "automatic",
            Currency = currency,
            Customer = customer?.Id,
            PaymentMethodTypes = p.Words("payment_method_types") is { Count: > 0 } types ? types : ["card"],
        };
        Describe(intent, p);
        if (confirm && method is null) throw NoMethod();
        if (method is not null) CheckFits(intent, method);
        CheckOwner(customer?.Id, method);

        Open(call.Tx, intent);
        if (method is null) return intent;
        PaymentMethods.Keep(call.Tx, method);
        return confirm ? Go(call, intent, method) : Choose(call.Tx, intent, method);
    }

    public static PaymentIntent Retrieve(ApiCall call)
    {
        call.Params.Knows("client_secret");
        return Get(call);
    }

    public static StripeList<PaymentIntent> List(ApiCall call)
    {
        call.Params.Knows("limit", "starting_after", "ending_before", "created", "customer");
        var customer = call.Params.Text("customer");
        return Listing.Page<PaymentIntent>(call, "/v1/payment_intents",
            intent => customer is null || intent.Customer == customer);
    }

    public static PaymentIntent Update(ApiCall call)
    {
        var p = call.Params;
        p.Knows("amount", "currency", "customer", "description", "metadata", "payment_method", "payment_method_types",
            "receipt_email", "setup_future_usage", "shipping", "statement_descriptor", "statement_descriptor_suffix",
            "transfer_group", "payment_method_options", "capture_method");
        var intent = Get(call);
        var amount = p.Amount("amount");
        var currency = p.Has("currency") ? Currencies.Required(p) : null;
        var method = PaymentMethods.Referred(call.Tx, p);
        var customer = call.Tx.Referred<Customer>(p, "customer", "customer");
        var open = intent.Status is IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation;
        if (!open && (amount ?? intent.Amount) != intent.Amount)
            throw Unexpected(intent, "This PaymentIntent's amount could not be updated because it has a status of "
                + $"{Name(intent.Status)}. You may only update the amount of a PaymentIntent with one of the following "
                + "statuses: requires_payment_method, requires_confirmation, requires_action.");
        if (!open && (method is not null || currency is not null))
        {
            throw Unexpected(
                intent, $"You cannot update this PaymentIntent because it has a status of {Name(intent.Status)}.");
        }
        if (method is not null) CheckFits(intent, method);
        Describe(intent, p);

        intent.Amount = amount ?? intent.Amount;
        intent.Currency = currency ?? intent.Currency;
        intent.Customer = customer?.Id ?? intent.Customer;
        call.Tx.Touch(intent);
        if (method is null) return intent;
        PaymentMethods.Keep(call.Tx, method);
        return Choose(call.Tx, intent, method);
    }

    public static PaymentIntent Confirm(ApiCall call)
    {
        call.Params.Knows("payment_method", "return_url", "off_session", "receipt_email", "setup_future_usage",
            "capture_method", "payment_method_data", "payment_method_options", "use_stripe_sdk", "client_secret",
            "error_on_requires_action", "mandate_data", "shipping", "payment_method_types");
        var intent = Get(call);
        if (intent.Status is not (IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation))
        {
            throw Unexpected(intent, intent.Status is IntentStatus.Succeeded
                ? "You cannot confirm this PaymentIntent because it has already succeeded after being previously "
                    + "confirmed."
                : $"You cannot confirm this PaymentIntent because it has a status of {Name(intent.Status)}.");
        }
        var method = PaymentMethods.Referred(call.Tx, call.Params)
            ?? (intent.PaymentMethod is { } chosen ? call.Tx.Find<PaymentMethod>(chosen) : null)
            ?? throw NoMethod();
        CheckFits(intent, method);
        PaymentMethods.Keep(call.Tx, method);
        return Go(call, intent, method);
    }

    public static PaymentIntent Capture(ApiCall call)
    {
        call.Params.Knows("amount_to_capture", "metadata", "statement_descriptor", "statement_descriptor_suffix",
            "final_capture");
        var intent = Get(call);
        if (intent.Status is not IntentStatus.RequiresCapture)
        {
            throw Unexpected(intent, "This PaymentIntent could not be captured because it has a status of "
                + $"{Name(intent.Status)}. Only a PaymentIntent with one of the following statuses may be captured: "
                + "requires_capture.");
        }
        var amount = call.Params.Amount("amount_to_capture") ?? intent.AmountCapturable;
        if (amount > intent.AmountCapturable)
        {
            throw StripeException.Invalid(
                "The amount to capture is greater than the amount you can capture for this charge: "
                + $"{amount} is more than {intent.AmountCapturable}.", "amount_to_capture", "amount_too_large");
        }
        call.Params.UpdateMetadata(intent.Metadata);
        Charging.Capture(call.Tx, intent, amount);
        if (intent.Session is { } id && call.Tx.Find<CheckoutSession>(id) is { } session)
        {
            session.PaymentStatus = SessionPaymentStatus.Paid;
            call.Tx.Touch(session);
        }
        return intent;
    }

    public static PaymentIntent Cancel(ApiCall call)
    {
        call.Params.Knows("cancellation_reason");
        var reason = call.Params.OneOf(
            "cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        var intent = Get(call);
        if (intent.Session is { } id && call.Tx.Find<CheckoutSession>(id) is { Status: SessionStatus.Open })
        {
            throw StripeException.Invalid("You cannot cancel PaymentIntents created by Checkout in payment mode. "
                + "You can expire the Checkout Session instead.");
        }
        if (intent.Status is IntentStatus.Succeeded or IntentStatus.Canceled or IntentStatus.Processing)
        {
            throw Unexpected(intent, $"You cannot cancel this PaymentIntent because it has a status of "
                + $"{Name(intent.Status)}. Only a PaymentIntent with one of the following statuses may be canceled: "
                + "requires_payment_method, requires_capture, requires_confirmation, requires_action.");
        }
        Charging.Cancel(call.Tx, intent, reason);
        return intent;
    }

    /// <summary>Gives a prepared intent its id and says that it is there.</summary>
    public static void Open(Transaction tx, PaymentIntent intent)
    {
        intent.Id = Ids.Of("pi");
        intent.ClientSecret = $"{intent.Id}_secret_{Ids.Letters(25)}";
        tx.Add(intent);
        tx.Emit("payment_intent.created", intent, intent.Id);
    }

    public static CaptureMethod CaptureOf(StripeParams p) =>
        p.OneOf("capture_method", "automatic", "automatic_async", "manual") switch
        {
            "manual" => CaptureMethod.Manual,
            "automatic_async" => CaptureMethod.AutomaticAsync,
            _ => CaptureMethod.Automatic,
        };

    private static PaymentIntent Get(ApiCall call) => call.Tx.Get<PaymentIntent>(call.Id, "payment_intent", "intent");

    private static PaymentIntent Choose(Transaction tx, PaymentIntent intent, PaymentMethod method)
    {
        intent.PaymentMethod = method.Id;
        intent.Become(IntentStatus.RequiresConfirmation);
        tx.Touch(intent);
        return intent;
    }

    private static PaymentIntent Go(ApiCall call, PaymentIntent intent, PaymentMethod method)
    {
        Charging.Attempt(call.Tx, intent, method, call.Settings, call.Params.Flag("off_session") ?? false);
        if (intent.LastPaymentError is not { } error)
        {
            if (intent.Customer is { } customer && intent.SetupFutureUsage is not null && method.Customer is null)
                PaymentMethods.Attach(call.Tx, method, customer);
            return intent;
        }
        throw new StripeException(402, "card_error", error.Message)
        {
            Code = error.Code,
            Declined = error,
            Intent = intent,
        };
    }

    private static void Describe(PaymentIntent intent, StripeParams p)
    {
        var (mail, descriptor) = (p.Text("receipt_email", 512), p.Text("statement_descriptor", 22));
        var suffix = p.Text("statement_descriptor_suffix", 22);
        var (text, group, later) = (p.Text("description", 1000), p.Text("transfer_group"),
            p.OneOf("setup_future_usage", "off_session", "on_session"));
        p.UpdateMetadata(intent.Metadata);
        intent.Description = text ?? intent.Description;
        intent.ReceiptEmail = mail ?? intent.ReceiptEmail;
        intent.SetupFutureUsage = later ?? intent.SetupFutureUsage;
        intent.StatementDescriptor = descriptor ?? intent.StatementDescriptor;
        intent.StatementDescriptorSuffix = suffix ?? intent.StatementDescriptorSuffix;
        intent.TransferGroup = group ?? intent.TransferGroup;
    }

    private static Switch? AutomaticMethods(StripeParams p) =>
        p.Child("automatic_payment_methods")?.Flag("enabled") is { } enabled ? new Switch(enabled)
        : p.Has("payment_method_types") ? null : new Switch(Enabled: true);

    private static void CheckFits(PaymentIntent intent, PaymentMethod method)
    {
        if (method.Type == "card" || intent.AutomaticPaymentMethods is { Enabled: true }
            || intent.PaymentMethodTypes.Contains(method.Type))
        {
            if (method.Type == "card" || intent.CaptureMethod is not CaptureMethod.Manual) return;
            throw StripeException.Invalid($"The payment method type \"{method.Type}\" cannot be captured manually.",
                "payment_method", "payment_intent_invalid_parameter");
        }
        throw StripeException.Invalid($"The PaymentMethod provided ({method.Type}) is not allowed for this "
            + "PaymentIntent.", "payment_method", "payment_intent_incompatible_payment_method");
    }

    /// <summary>A kept card pays for its own customer only.</summary>
    private static void CheckOwner(string? customer, PaymentMethod? method)
    {
        if (method?.Customer is { } owner && owner != customer)
        {
            throw StripeException.Invalid(
                $"The PaymentMethod {method.Id} belongs to a customer. Please include that customer in the `customer` parameter.",
                "payment_method");
        }
    }

    private static void CheckLeast(SandboxSettings settings, long amount, string currency)
    {
        if (!settings.EnforceMinimumAmount) return;
        var least = Currencies.Decimals(currency) == 0 ? 50 : Currencies.Decimals(currency) == 3 ? 500 : 50;
        if (amount >= least) return;
        throw StripeException.Invalid(
            "Amount must convert to at least 50 cents. Your minimum amount is "
            + $"{Currencies.Show(least, currency)}.", "amount", "amount_too_small");
    }

    private static StripeException NoMethod() => StripeException.Invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent with a "
        + "payment method and then confirm it again.", "payment_method", "payment_intent_unexpected_state");

    private static StripeException Unexpected(PaymentIntent intent, string message) =>
        new(400, "invalid_request_error", message) { Code = "payment_intent_unexpected_state", Intent = intent };

    private static string Name(IntentStatus status) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
