using Automat.Server.Books.Desk;
using Automat.Server.Data;
using Automat.Server.Vends;

namespace Automat.Server.Books;

/// <summary>The front door of the books: the ledger as people use it. The ledger itself knows nothing of it.</summary>
public static class BooksModule
{
    /// <summary>Adds statements, balances as of any moment, closings, and exports that verify first.</summary>
    public static IServiceCollection AddBooks(this IServiceCollection services) => services
        .AddSingleton<ITables, BookTables>()
        .AddScoped<BooksDesk>()
        .AddScoped<ReadStatement>()
        .AddScoped<ReadBalances>()
        .AddScoped<StatementPages>()
        .AddScoped<OwnStatementPages>()
        .AddScoped<LedgerPages>()
        .AddScoped<IVendStory, LedgerStory>()
        .AddSingleton<VerifyLedger>()
        .AddHostedService<BookKeeper>();

    /// <summary>Maps what staff read.</summary>
    public static void MapBooks(this IEndpointRouteBuilder routes)
    {
        var ledger = routes.MapGroup("/api/v1/ledger").DisableAntiforgery().WithTags("Ledger");
        ReadStatement.Map(ledger);
        ReadBalances.Map(ledger);
        StatementPages.Map(routes);
        OwnStatementPages.Map(routes);
        LedgerPages.Map(routes);
    }
}
