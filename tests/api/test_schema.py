from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_specified_scalar_type,
)

import graphql_api
from graphql_api import schema


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = (Path(graphql_api.__file__).parent / "schema.graphql").read_text(encoding="utf-8")
    assert committed.strip() == schema.build_schema().as_str().strip(), "run `make schema`"


def test_everything_is_described() -> None:
    read = build_schema(schema.build_schema().as_str())
    bare = []
    for name, kind in read.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            bare.append(name)
        if isinstance(kind, GraphQLEnumType):
            bare += [f"{name}.{value}" for value, it in kind.values.items() if not it.description]
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            bare += [f"{name}.{field}" for field, it in kind.fields.items() if not it.description]
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            for field, it in kind.fields.items():
                bare += [
                    f"{name}.{field}({argument})" for argument, of in it.args.items() if not of.description
                ]
    for directive in read.directives:
        bare += [f"@{directive.name}"] if not directive.description else []
        bare += [f"@{directive.name}({name})" for name, of in directive.args.items() if not of.description]
    assert bare == []
