"""CNPJ and CPF numbers for invented people."""


def cnpj(root: str, branch: str = "0001") -> str:
    """Bare. Modulus 11 over each character's ASCII value less 48, so that letters take part too."""
    number = root + branch
    for _ in range(2):
        weights = [2 + place % 8 for place in range(len(number))]
        number += _check_digit(number, weights)
    return number


def cpf(root: str) -> str:
    """Bare."""
    number = root
    for _ in range(2):
        weights = [2 + place for place in range(len(number))]
        number += _check_digit(number, weights)
    return number


def punctuated(document: str) -> str:
    """As Omie shows it."""
    if len(document) == 14:
        return f"{document[:2]}.{document[2:5]}.{document[5:8]}/{document[8:12]}-{document[12:]}"
    if len(document) == 11:
        return f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    return document


def _check_digit(number: str, weights_from_the_right: list[int]) -> str:
    values = (ord(character) - 48 for character in reversed(number))
    rest = sum(value * weight for value, weight in zip(values, weights_from_the_right, strict=True)) % 11
    return str(0 if rest < 2 else 11 - rest)
