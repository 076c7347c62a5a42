using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Automat.Architecture.Tests.Reading;

/// <summary>
/// Collects what a type uses: in its declaration, its members' signatures and its code. Local variables are left out, for
/// debug and release builds keep different ones; where a local's value comes from is seen in the code anyway.
/// </summary>
internal sealed class UseCollector(TypeDefinition owner)
{
    // Beginnings of EF Core's methods that change rows, such as AddRangeAsync or ExecuteDelete.
    private static readonly string[] Writing = ["Add", "Attach", "Update", "Remove", "ExecuteUpdate", "ExecuteDelete"];

    // Those of them that the change tracker does not see.
    private static readonly string[] Unseen = ["ExecuteUpdate", "ExecuteDelete"];

    public HashSet<Use> Uses { get; } = [];

    public HashSet<TableUse> Tables { get; } = [];

    public HashSet<string> Literals { get; } = [];

    public void Read(TypeDefinition type)
    {
        Add(type.BaseType);
        foreach (var implemented in type.Interfaces) Add(implemented.InterfaceType);
        Add(type.GenericParameters);
        Add(type.CustomAttributes);
        // The fields of closures and state machines are its locals.
        if (!IsCompilerGenerated(type)) Add(type.Fields);
        foreach (var property in type.Properties) Add(property.CustomAttributes);
        foreach (var method in type.Methods) Read(method);
    }

    private void Read(MethodDefinition method)
    {
        AddSignature(method);
        Add(method.GenericParameters);
        Add(method.CustomAttributes);
        foreach (var parameter in method.Parameters) Add(parameter.CustomAttributes);
        if (!method.HasBody) return;
        foreach (var handler in method.Body.ExceptionHandlers) Add(handler.CatchType);
        foreach (var instruction in method.Body.Instructions) Read(instruction);
    }

    private void Read(Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case TypeReference type:
                Add(type);
                break;
            case MethodReference called:
                Add(called.DeclaringType);
                AddSignature(called);
                if (called is GenericInstanceMethod generic)
                    foreach (var argument in generic.GenericArguments) Add(argument);
                AddMember(called, called.Resolve);
                AddTable(called, instruction);
                AddJournalTable(called, instruction);
                break;
            case FieldReference field:
                Add(field.DeclaringType);
                Add(field.FieldType);
                AddMember(field, field.Resolve);
                break;
            case string literal:
                Literals.Add(literal);
                break;
        }
    }

    // The statements of a journal's table are made of its name.
    private void AddJournalTable(MethodReference called, Instruction instruction)
    {
        if (called.Name == ".ctor" && called.DeclaringType.Name.StartsWith("JournalColumns", StringComparison.Ordinal)
            && instruction.Previous?.Operand is string table)
        {
            Literals.Add($"update {table} set");
        }
    }

    private void AddTable(MethodReference called, Instruction instruction)
    {
        if (called is GenericInstanceMethod { Name: "IsNotAudited" } mark
            && mark.Parameters[0].ParameterType.Name.StartsWith("EntityTypeBuilder", StringComparison.Ordinal))
        {
            Tables.Add(new TableUse(Names.Of(mark.GenericArguments[0]), Touch.LeavesUnaudited));
        }

        if (!called.DeclaringType.Namespace.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)) return;
        var about = called is GenericInstanceMethod method ? method.GenericArguments
            : called.DeclaringType is GenericInstanceType type ? type.GenericArguments
            : null;
        if (about is not [var entity, ..]) return;
        Touch? touch = called.Name switch
        {
            "Entity" or "ToTable" => Touch.Maps,
            "Set" => Touch.Reads,
            _ when Writing.Any(word => called.Name.StartsWith(word, StringComparison.Ordinal)) => Touch.Writes,
            _ => null,
        };
        if (Unseen.Any(word => called.Name.StartsWith(word, StringComparison.Ordinal)))
            Tables.Add(new TableUse(Names.Of(entity), Touch.WritesUnseen));
        if (touch is { } known)
            Tables.Add(new TableUse(Names.Of(entity), known, called.Name is "ToTable" ? TextBefore(instruction) : null));
    }

    private static string? TextBefore(Instruction instruction)
    {
        for (var at = instruction.Previous; at is not null; at = at.Previous)
            if (at.OpCode == OpCodes.Ldstr) return (string)at.Operand;
        return null;
    }

    private void AddSignature(MethodReference method)
    {
        Add(method.ReturnType);
        foreach (var parameter in method.Parameters) Add(parameter.ParameterType);
    }

    private void AddMember<TDefinition>(MemberReference member, Func<TDefinition?> resolve)
        where TDefinition : class, IMemberDefinition
    {
        if (member.DeclaringType.GetElementType() is not TypeDefinition declaring) return; // not of this assembly
        var isDoor = resolve() switch
        {
            MethodDefinition method => !method.IsAssembly && !method.IsFamilyAndAssembly && !method.IsPrivate,
            FieldDefinition field => !field.IsAssembly && !field.IsFamilyAndAssembly && !field.IsPrivate,
            _ => true,
        };
        Add(declaring, Names.Of(member), isDoor);
    }

    private void Add(TypeReference? type)
    {
        switch (type)
        {
            case null or GenericParameter:
                break;
            case GenericInstanceType generic:
                Add(generic.ElementType);
                foreach (var argument in generic.GenericArguments) Add(argument);
                if (generic.ElementType.FullName is "Microsoft.EntityFrameworkCore.DbSet`1")
                    Tables.Add(new TableUse(Names.Of(generic.GenericArguments[0]), Touch.Reads));
                break;
            case IModifierType modified:
                Add(modified.ElementType);
                Add(modified.ModifierType);
                break;
            case TypeSpecification specification:
                Add(specification.ElementType);
                break;
            case TypeDefinition definition:
                Add(definition, Names.Of(definition), isDoor: true);
                break;
        }
    }

    private void Add(TypeDefinition type, string member, bool isDoor)
    {
        var outermost = type;
        for (; outermost.DeclaringType is not null; outermost = outermost.DeclaringType)
            isDoor &= outermost.IsNestedPublic || outermost.IsNestedFamily || outermost.IsNestedFamilyOrAssembly;
        isDoor &= outermost.IsPublic;
        if (outermost != owner) Uses.Add(new Use(Names.Of(outermost), member, isDoor));
    }

    private void Add(IEnumerable<GenericParameter> parameters)
    {
        foreach (var constraint in parameters.SelectMany(p => p.Constraints)) Add(constraint.ConstraintType);
    }

    private void Add(IEnumerable<FieldDefinition> fields)
    {
        foreach (var field in fields)
        {
            Add(field.FieldType);
            Add(field.CustomAttributes);
        }
    }

    private void Add(IEnumerable<CustomAttribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments) AddArgument(argument);
            foreach (var argument in attribute.Properties.Concat(attribute.Fields)) AddArgument(argument.Argument);
        }
    }

    private void AddArgument(CustomAttributeArgument argument)
    {
        Add(argument.Type);
        if (argument.Value is TypeReference type) Add(type);
    }

    private static bool IsCompilerGenerated(TypeDefinition type) =>
        type.CustomAttributes.Any(a => a.AttributeType.Name is "CompilerGeneratedAttribute");
}
