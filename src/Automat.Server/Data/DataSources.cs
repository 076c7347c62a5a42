using Npgsql;

namespace Automat.Server.Data;

/// <summary>Connections under the role that serves requests: it may read the ledger, never change it.</summary>
/// <param name="Source">Where they come from.</param>
public sealed record ServingDataSource(NpgsqlDataSource Source) : IDisposable, IAsyncDisposable
{
    /// <summary>Closes the connections.</summary>
    public void Dispose() => Source.Dispose();

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

/// <summary>Connections under the journal's own database role; nothing else uses it.</summary>
/// <param name="Source">Where they come from.</param>
public sealed record JournalDataSource(NpgsqlDataSource Source) : IDisposable, IAsyncDisposable
{
    /// <summary>Closes the connections.</summary>
    public void Dispose() => Source.Dispose();

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

/// <summary>
/// Connections under the role that sees all organisations' rows and has otherwise the serving role's rights: only for scopes
/// made by <see cref="TenantScopes.CreateScopeAcross"/>.
/// </summary>
/// <param name="Source">Where they come from.</param>
public sealed record CrossingDataSource(NpgsqlDataSource Source) : IDisposable, IAsyncDisposable
{
    /// <summary>Closes the connections.</summary>
    public void Dispose() => Source.Dispose();

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
