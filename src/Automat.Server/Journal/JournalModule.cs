using Automat.Server.Data;

namespace Automat.Server.Journal;

/// <summary>The journal's front door.</summary>
public static class JournalModule
{
    /// <summary>Adds the journal.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services)
    {
        services.AddSingleton<ITables, JournalTables>();
        services.AddSingleton<Journal>();
        services.AddSingleton<Idempotency>();
        services.AddHostedService(provider => provider.GetRequiredService<Journal>());
        return services;
    }

    /// <summary>Lets a module's table take part in journal batches.</summary>
    public static IServiceCollection AddJournalTable<TTable>(this IServiceCollection services)
        where TTable : IJournalTable, new() =>
        services.AddSingleton(new JournalTableFactory(static () => new TTable()));
}
