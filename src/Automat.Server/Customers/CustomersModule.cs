using Automat.Server.Data;
using Automat.Server.Privacy;

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
        services.AddScoped<PasswordPages>().AddScoped<SessionPages>().AddScoped<AccountPages>();
        return services;
    }

    /// <summary>Maps the pages.</summary>
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        LinkPages.Map(routes);
        PasswordPages.Map(routes);
        SessionPages.Map(routes);
        AccountPages.Map(routes);
    }
}
