using Automat.Server.Data;
using Automat.Server.Storefront;

namespace Automat.Server.Customers;

/// <summary>Addresses that a customer's own session opens, and that show and change only what is that customer's.</summary>
public static class CustomerDoor
{
    private const string Why = "a customer's own session opens it, and only to what is theirs";

    /// <summary>Lets customers in who are signed in; a browser of anybody else is sent to sign in, then comes back.</summary>
    public static RouteHandlerBuilder ForCustomers(this RouteHandlerBuilder endpoint) => endpoint.IsPublic(Why)
        .AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            context.Response.Headers.CacheControl = "no-cache, no-store"; // as forms want it
            var current = context.RequestServices.GetRequiredService<CurrentCustomer>();
            if (await current.FindAsync(context, context.RequestAborted) is not { } customer)
            {
                var back = HttpMethods.IsGet(context.Request.Method) ? context.Request.Path + context.Request.QueryString : "/me";
                return context.SeeOther($"/me/sign-in?return_url={Uri.EscapeDataString(back)}");
            }

            context.RequestServices.GetRequiredService<Actor>().Is(ActorKind.Customer, customer.Id.ToString());
            return await next(invocation);
        });

    /// <summary>The customer an address behind <see cref="ForCustomers"/> works for.</summary>
    public static SignedInCustomer Customer(this HttpContext context) =>
        context.RequestServices.GetRequiredService<CurrentCustomer>().Known
            ?? throw new InvalidOperationException("This address let in somebody who is no customer: say ForCustomers.");
}
