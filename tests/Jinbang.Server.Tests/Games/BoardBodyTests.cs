using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Jinbang.Server.Access;
using Jinbang.Server.Games;

namespace Jinbang.Server.Tests.Games;

public sealed class BoardBodyTests
{
    [Fact]
    public void The_reference_names_the_words_that_are_read()
    {
        Says(typeof(BoardBody), nameof(BoardBody.Order), BoardWords.Orders.All);
        Says(typeof(BoardBody), nameof(BoardBody.Keep), BoardWords.Keeps.All);
        Says(typeof(BoardBody), nameof(BoardBody.Ties), BoardWords.Ties.All);
        Says(typeof(BoardBody), nameof(BoardBody.Writers), BoardWords.Writers.All);
        Says(typeof(TieBreakerBody), nameof(TieBreakerBody.Order), BoardWords.Orders.All);
        Says(typeof(WindowBody), nameof(WindowBody.Kind), BoardWords.Kinds.All);
        Says(typeof(WindowBody), nameof(WindowBody.WeekStart), BoardWords.Days.All);
        Says(typeof(KeyBody), nameof(KeyBody.Kind), KeyWords.Kinds.All);
        Says(typeof(NewKeyBody), nameof(NewKeyBody.Kind), KeyWords.Kinds.All);
    }

    private static void Says(Type type, string property, IReadOnlyList<string> words) =>
        Assert.Equal(words, type.GetProperty(property)!.GetCustomAttribute<AllowedValuesAttribute>()!.Values);
}
