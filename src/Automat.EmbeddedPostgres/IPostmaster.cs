namespace Automat.EmbeddedPostgres;

/// <summary>A cluster's server process. Disposing it stops the cluster and waits until it has ended.</summary>
internal interface IPostmaster : IAsyncDisposable
{
    /// <summary>Completes when the cluster has ended, for whatever reason.</summary>
    Task Ended { get; }
}
