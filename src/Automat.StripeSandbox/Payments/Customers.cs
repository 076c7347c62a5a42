using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

internal static class Customers
{
    public static Customer Create(ApiCall call)
    {
        Known(call.Params);
        var customer = new Customer { Id = Ids.Customer(), InvoicePrefix = Ids.Letters(8).ToUpperInvariant() };
        Change(call, customer);
        Keep(call.Tx, customer);
        return customer;
    }

    public static Customer Retrieve(ApiCall call) => call.Tx.Get<Customer>(call.Id, "customer");

    public static Customer Update(ApiCall call)
    {
        Known(call.Params);
        var customer = Retrieve(call);
        Change(call, customer);
        call.Tx.Touch(customer);
        call.Tx.Emit("customer.updated", customer);
        return customer;
    }

    public static StripeList<Customer> List(ApiCall call)
    {
        var email = call.Params.Text("email");
        return Listing.Page<Customer>(call, "/v1/customers", customer => email is null || customer.Email == email);
    }

    public static void Keep(Transaction tx, Customer customer)
    {
        tx.Add(customer);
        tx.Emit("customer.created", customer);
    }

    private static void Known(StripeParams p) => p.Knows("address", "description", "email", "metadata", "name", "phone",
        "payment_method", "invoice_settings", "preferred_locales", "shipping", "tax_exempt");

    private static void Change(ApiCall call, Customer customer)
    {
        var p = call.Params;
        var (email, name, phone) = (p.Text("email", 512), p.Text("name", 256), p.Text("phone", 20));
        var description = p.Text("description");
        var method = PaymentMethods.Referred(call.Tx, p);
        var standard = p.Child("invoice_settings")?.Text("default_payment_method");
        if (standard is not null && call.Tx.Find<PaymentMethod>(standard) is null)
            throw StripeException.NoSuchReference(
                "PaymentMethod", standard, "invoice_settings[default_payment_method]");
        p.UpdateMetadata(customer.Metadata);
        customer.Email = email ?? customer.Email;
        customer.Name = name ?? customer.Name;
        customer.Phone = phone ?? customer.Phone;
        customer.Description = description ?? customer.Description;
        if (p.Has("preferred_locales")) customer.PreferredLocales = p.Words("preferred_locales");
        if (p.Child("address") is { } address) customer.Address = Addresses.Read(address);
        if (standard is not null)
            customer.InvoiceSettings = customer.InvoiceSettings with { DefaultPaymentMethod = standard };
        if (method is null) return;
        PaymentMethods.Keep(call.Tx, method);
        PaymentMethods.Attach(call.Tx, method, customer.Id);
    }
}
