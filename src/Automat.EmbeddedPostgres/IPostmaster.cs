namespace Automat.EmbeddedPostgres;

/// <summary>The running server process of a cluster. Disposing it stops the cluster and waits until it has ended.</summary>
internal interface IPostmaster : IAsyncDisposable
{
    /// <summary>Completes when the cluster has ended, for whatever reason.</summary>
    Task Ended { get; }
}
