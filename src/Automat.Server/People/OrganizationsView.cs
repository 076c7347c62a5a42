namespace Automat.Server.People;

/// <summary>The page of organisations.</summary>
/// <param name="All">Those there are, the newest first.</param>
/// <param name="Typed">What was typed, when it was refused.</param>
/// <param name="Wrong">What is wrong with it: field to the name of a text.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record OrganizationsView(
    IReadOnlyList<OrganizationAnswer> All, AddOrganizationRequest Typed, IReadOnlyDictionary<string, string> Wrong,
    string? Done = null)
{
    /// <summary>What is wrong with a field.</summary>
    public IReadOnlyList<string> Of(string field) => Wrong.TryGetValue(field, out var text) ? [text] : [];
}
