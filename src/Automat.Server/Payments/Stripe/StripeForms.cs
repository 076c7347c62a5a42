namespace Automat.Server.Payments.Stripe;

/// <summary>Our requests as the forms Stripe's endpoints take. The caller disposes them.</summary>
internal static class StripeForms
{
    /// <summary>The most lines a checkout takes.</summary>
    public const int MaxLines = 100;

    public static StripeForm Checkout(CheckoutRequest request)
    {
        if (request.Lines.Count is 0 or > MaxLines)
        {
            throw new ProviderRefusedException(
                "line_items", $"Stripe takes 1 to {MaxLines} lines, not {request.Lines.Count}.", "line_items");
        }

        return Build(form =>
        {
            form.Add("mode", "payment");
            form.Add("client_reference_id", request.Reference.ToString());
            for (var i = 0; i < request.Lines.Count; i++) Line(form, i, request.Lines[i], request.Currency);
            form.Add("success_url", request.SuccessUrl);
            form.Add("cancel_url", request.CancelUrl);
            if (request.ExpiresAt is { } expires) form.Add("expires_at", expires.ToUnixTimeSeconds());
            form.AddIfGiven("customer_email", request.CustomerEmail);
            form.AddIfGiven("locale", request.Locale);
            form.AddMetadata("metadata", request.Metadata);

            // The same facts on the payment itself: refunds and disputes point there and not at the page.
            form.AddMetadata("payment_intent_data[metadata]", With(request.Metadata, "reference", request.Reference));
            if (request.Hold) form.Add("payment_intent_data[capture_method]", "manual");
            if (!request.KeepCard) return;
            form.Add("customer_creation", "always");
            form.Add("payment_intent_data[setup_future_usage]", "off_session");
        });
    }

    public static StripeForm CardSetup(CardSetupRequest request) => Build(form => form
        .Add("mode", "setup")
        .Add("customer", request.CustomerId)
        .Add("payment_method_types[0]", "card")
        .Add("client_reference_id", request.Reference.ToString())
        .Add("success_url", request.SuccessUrl)
        .Add("cancel_url", request.CancelUrl)
        .Add("locale", request.Locale));

    public static StripeForm Price(PriceRequest request) => Build(form => form
        .Add("currency", StripeAmounts.ToStripe(request.Currency))
        .Add("unit_amount", StripeAmounts.ToStripe(request.Amount, request.Currency))
        .Add("product_data[name]", request.ProductName));

    public static StripeForm Link(PaymentLinkRequest request)
    {
        Positive(request.Quantity, "quantity");
        return Build(form => form
            .Add("line_items[0][price]", request.PriceId)
            .Add("line_items[0][quantity]", request.Quantity)
            .AddMetadata("metadata", request.Metadata)
            .AddMetadata("payment_intent_data[metadata]", request.Metadata));
    }

    public static StripeForm Authorize(AuthorizeRequest request)
    {
        Positive(request.Amount, "amount");
        return Build(form =>
        {
            form.Add("amount", StripeAmounts.ToStripe(request.Amount, request.Currency));
            form.Add("currency", StripeAmounts.ToStripe(request.Currency));
            if (!request.TakeAtOnce) form.Add("capture_method", "manual");
            form.Add("automatic_payment_methods[enabled]", true);
            form.AddIfGiven("customer", request.CustomerId);
            if (request.PaymentMethodId is { } method)
            {
                form.Add("payment_method", method);
                form.Add("confirm", true);

                // Nobody is there to be sent to another page.
                form.Add("automatic_payment_methods[allow_redirects]", "never");
                form.Add("off_session", true);
            }

            form.AddMetadata("metadata", request.Metadata);
        });
    }

    public static StripeForm Capture(long amount, string currency)
    {
        Positive(amount, "amount_to_capture");
        return Build(form => form.Add("amount_to_capture", StripeAmounts.ToStripe(amount, currency)));
    }

    public static StripeForm Refund(RefundRequest request)
    {
        Positive(request.Amount, "amount");
        return Build(form => form
            .Add("payment_intent", request.PaymentIntentId)
            .Add("amount", StripeAmounts.ToStripe(request.Amount, request.Currency))
            .AddMetadata("metadata", request.Metadata));
    }

    private static void Line(StripeForm form, int index, CheckoutLine line, string currency)
    {
        Positive(line.Quantity, "quantity");
        var name = $"line_items[{index}]";
        form.Add($"{name}[price_data][currency]", StripeAmounts.ToStripe(currency));
        form.Add($"{name}[price_data][product_data][name]", line.Name);
        form.Add($"{name}[price_data][unit_amount]", StripeAmounts.ToStripe(line.UnitAmount, currency));
        form.Add($"{name}[quantity]", line.Quantity);
    }

    private static Dictionary<string, string> With(
        IReadOnlyDictionary<string, string> facts, string name, Guid value) =>
        new(facts, StringComparer.Ordinal) { [name] = value.ToString() };

    private static void Positive(long value, string name)
    {
        if (value <= 0)
            throw new ProviderRefusedException("parameter_invalid_integer", $"{value} is not more than zero.", name);
    }

    private static StripeForm Build(Action<StripeForm> write)
    {
        var form = new StripeForm();
        try
        {
            write(form);
            return form;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }
}
