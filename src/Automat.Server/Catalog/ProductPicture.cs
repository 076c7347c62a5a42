using Automat.Domain;

namespace Automat.Server.Catalog;

/// <summary>A picture as it is served: decoded, made small and written anew by the server, known by what is in it.</summary>
internal sealed record ProductPicture
{
    /// <summary>SHA-256 of the content, in hexadecimal digits: the name in its address.</summary>
    public required string Hash { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required string ContentType { get; init; }

    public required byte[] Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where it is served.</summary>
    public string Address => AddressOf(Hash, ContentType);

    /// <summary>Where a picture of this content is served.</summary>
    public static string AddressOf(string hash, string contentType) => $"/pictures/{hash}.{(contentType == "image/png" ? "png" : "jpg")}";
}
