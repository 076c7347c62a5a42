using Mono.Cecil;

namespace Automat.Architecture.Tests.Reading;

/// <summary>Names as a person would write them.</summary>
internal static class Names
{
    public static string Of(TypeReference type)
    {
        var name = type.Name.Split('`')[0];
        return type.DeclaringType is { } outer ? $"{Of(outer)}.{name}"
            : type.Namespace.Length == 0 ? name
            : $"{type.Namespace}.{name}";
    }

    public static string Of(MemberReference member)
    {
        var name = member.Name;
        foreach (var accessor in (string[])["get_", "set_", "add_", "remove_"])
            if (name.StartsWith(accessor, StringComparison.Ordinal)) name = name[accessor.Length..];
        var type = Of(member.DeclaringType.GetElementType());
        return name == ".ctor" ? $"{type}'s constructor" : $"{type}.{name}";
    }
}
