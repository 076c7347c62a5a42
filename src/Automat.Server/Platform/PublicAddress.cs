namespace Automat.Server.Platform;

/// <summary>Where customers reach this server: the setting <c>Automat:PublicUrl</c>, else what the request came to.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    private readonly string? configured = configuration["Automat:PublicUrl"]?.TrimEnd('/');

    /// <summary>The address without a slash at the end.</summary>
    public string For(HttpRequest request) => configured ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
}
