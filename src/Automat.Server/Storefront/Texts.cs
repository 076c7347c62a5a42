namespace Automat.Server.Storefront;

/// <summary>
/// Names the storefront's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer. Keys stand as literals
/// where they are used, so that a test can tell whether each of them exists in each language.
/// </summary>
public sealed class Texts;
