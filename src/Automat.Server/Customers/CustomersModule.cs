using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.Customers;

/// <summary>The customers' front door.</summary>
public static class CustomersModule
{
    /// <summary>Adds customers' accounts: joining, signing in, and what is one's own.</summary>
    public static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddSingleton<ITables, CustomerTables>();
        services.AddPersonalData<CustomerTraces>().AddRetention<CustomerSessionRetention>();
        services.AddScoped<CurrentCustomer>().AddScoped<CustomerBook>();
        services.AddScoped<CheckPassword>().AddScoped<CustomerSessions>().AddScoped<SendLink>();
        services.AddScoped<OwnAccount>().AddScoped<PasswordPages>().AddScoped<SessionPages>().AddScoped<AccountPages>().AddScoped<EmailPages>();
        services.AddScoped<PasskeyPages>().AddScoped<PasskeyHolders>().AddSingleton<PasskeyOffer>();
        services.AddScoped<IUserStore<Customer>>(provider => provider.GetRequiredService<PasskeyHolders>());
        services.AddScoped<IPasswordHasher<Customer>, PasswordHasher<Customer>>().AddScoped<UserManager<Customer>>();
        services.AddScoped<IPasskeyHandler<Customer>, PasskeyHandler<Customer>>();
        return services;
    }

    /// <summary>Maps the pages.</summary>
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        LinkPages.Map(routes);
        PasswordPages.Map(routes);
        SessionPages.Map(routes);
        AccountPages.Map(routes);
        EmailPages.Map(routes);
        PasskeyPages.Map(routes);
    }
}
