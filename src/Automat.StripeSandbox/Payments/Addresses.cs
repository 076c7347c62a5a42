using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

internal static class Addresses
{
    public static Address Read(StripeParams? given) => given is null ? new() : new()
    {
        City = given.Text("city"),
        Country = given.Text("country", 2),
        Line1 = given.Text("line1"),
        Line2 = given.Text("line2"),
        PostalCode = given.Text("postal_code"),
        State = given.Text("state"),
    };
}
