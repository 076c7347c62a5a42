namespace Automat.Server.People;

/// <summary>What the people's module is told by whoever starts the server.</summary>
/// <param name="Postponers">
/// Names of administrators who may put off setting up their second step: those of the demo, whose password stands on the
/// console anyway; else nobody.
/// </param>
/// <param name="Secure">Whether browsers reach the server over HTTPS, so that cookies may insist on it.</param>
public sealed record PeopleSettings(IReadOnlySet<string> Postponers, bool Secure)
{
    /// <summary>A cookie's name: with HTTPS the browser itself refuses one that another host or path has set.</summary>
    public string CookieName(string name) => Secure ? "__Host-" + name : name;

    internal bool MayPostpone(Person person) => Postponers.Contains(person.UserName ?? "");
}
